package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.check.ContentProblem;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A problem of a layer's content, and the images behind it.
record ContentFinding(String layer, Fault fault, List<String> files, Set<String> images) {
  ContentFinding(Finding finding) {
    this((ContentProblem) finding.problem(), finding);
  }

  private ContentFinding(ContentProblem problem, Finding finding) {
    this(
        problem.layer().toString(),
        problem.fault(),
        problem.files().first().stream().map(each -> each.replaceFirst(" \\(.*", "")).toList(),
        finding.affectedImages().stream()
            .map(Object::toString)
            .collect(toCollection(TreeSet::new)));
  }
}
