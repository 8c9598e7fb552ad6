/// The server's certificate and keys, and the clients' that it trusts.
@NullMarked
package io.github.dockerimageexporter.web.tls;

import org.jspecify.annotations.NullMarked;
