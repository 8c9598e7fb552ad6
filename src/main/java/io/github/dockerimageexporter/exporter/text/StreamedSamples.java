package io.github.dockerimageexporter.exporter.text;

import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.AbstractList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/// The samples of one source after the other, made anew by each iteration and held by nobody.
///
/// A list because the text format takes one; iteration is the way to read it.
public final class StreamedSamples<T> extends AbstractList<Sample> {
  private final List<? extends T> sources;
  private final Function<? super T, Iterator<Sample>> samples;

  public StreamedSamples(List<? extends T> sources, Function<? super T, Iterator<Sample>> samples) {
    this.sources = sources;
    this.samples = samples;
  }

  @Override
  public Iterator<Sample> iterator() {
    return new Concatenation();
  }

  @Override
  public Sample get(int index) {
    int i = 0;
    for (Sample sample : this) {
      if (i++ == index) {
        return sample;
      }
    }
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public int size() {
    int size = 0;
    for (var iterator = iterator(); iterator.hasNext(); iterator.next()) {
      size++;
    }
    return size;
  }

  private final class Concatenation implements Iterator<Sample> {
    private final Iterator<? extends T> rest = sources.iterator();
    private Iterator<Sample> current = Collections.emptyIterator();

    @Override
    public boolean hasNext() {
      while (!current.hasNext() && rest.hasNext()) {
        current = samples.apply(rest.next());
      }
      return current.hasNext();
    }

    @Override
    public Sample next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return current.next();
    }
  }
}
