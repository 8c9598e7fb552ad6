package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A GET for the same as another exchange, whose answer goes into `body` instead of to the client.
///
/// It has the request headers that it is given and no others.
final class RecordedExchange extends HttpExchange {
  private final HttpExchange original;
  private final Headers request;
  private final OutputStream body;
  private final Headers response = new Headers();
  private int status = -1;

  RecordedExchange(HttpExchange original, Headers request, OutputStream body) {
    this.original = original;
    this.request = request;
    this.body = body;
  }

  @Override
  public String getRequestMethod() {
    return "GET";
  }

  @Override
  public URI getRequestURI() {
    return original.getRequestURI();
  }

  @Override
  public Headers getRequestHeaders() {
    return request;
  }

  @Override
  public InputStream getRequestBody() {
    return InputStream.nullInputStream();
  }

  @Override
  public Headers getResponseHeaders() {
    return response;
  }

  @Override
  public void sendResponseHeaders(int code, long length) {
    status = code;
  }

  @Override
  public OutputStream getResponseBody() {
    return body;
  }

  @Override
  public int getResponseCode() {
    return status;
  }

  /// Whoever made it closes the body.
  @Override
  public void close() {}

  @Override
  public HttpContext getHttpContext() {
    return original.getHttpContext();
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return original.getRemoteAddress();
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return original.getLocalAddress();
  }

  @Override
  public String getProtocol() {
    return original.getProtocol();
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return original.getAttribute(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    original.setAttribute(name, value);
  }

  @Override
  public void setStreams(InputStream in, OutputStream out) {
    throw new UnsupportedOperationException("an answer that is recorded has its stream");
  }

  @Override
  public @Nullable HttpPrincipal getPrincipal() {
    return original.getPrincipal();
  }
}
