// Prometheus' answers, and the data frames that Grafana's data source makes of them.
import { FieldType, toDataFrame } from '@grafana/data';
import { interpolate } from './variables.js';

/** Asks the Prometheus behind the page's own server. */
export class Prometheus {
  /** All at the same time, or tables of several answers do not merge. */
  instant(expression, time) {
    return this.#ask('query', { query: expression, time: time / 1000 });
  }

  range(expression, from, to, step) {
    return this.#ask('query_range', { query: expression, start: from / 1000, end: to / 1000, step });
  }

  async #ask(endpoint, parameters) {
    const answer = await (await fetch(`api/v1/${endpoint}?${new URLSearchParams(parameters)}`)).json();
    if (answer.status !== 'success') {
      throw new Error(`${parameters.query}: ${answer.error}`);
    }
    return answer.data.result;
  }
}

/** What the targets of a panel give. */
export async function framesOf(panel, prometheus, variables, range, intervals) {
  const answers = await Promise.all(
    panel.targets.map(async (target) => {
      const expression = interpolate(target.expr, { ...variables, ...intervals });
      const result = target.range
        ? await prometheus.range(expression, range.from, range.to, intervals.step)
        : await prometheus.instant(expression, range.to);
      return target.format === 'table'
        ? [tableFrame(target, result, panel.targets.length > 1)]
        : result.map((series) => seriesFrame(target, series));
    })
  );
  return answers.flat();
}

function seriesFrame(target, series) {
  const { __name__, ...labels } = series.metric;
  const samples = series.values ?? [series.value];
  const legend = target.legendFormat.replace(/\{\{\s*(\w+)\s*}}/g, (_, label) => labels[label] ?? '');
  return toDataFrame({
    refId: target.refId,
    name: legend,
    fields: [
      { name: 'Time', type: FieldType.time, values: samples.map(([time]) => time * 1000) },
      {
        name: 'Value',
        type: FieldType.number,
        labels,
        config: { displayNameFromDS: legend },
        values: samples.map(([, value]) => Number(value)),
      },
    ],
  });
}

function tableFrame(target, result, oneOfMany) {
  const labels = [...new Set(result.flatMap((series) => Object.keys(series.metric)))].sort();
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: result.map((series) => series.value[0] * 1000) },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        values: result.map((series) => series.metric[label] ?? ''),
      })),
      {
        name: oneOfMany ? `Value #${target.refId}` : 'Value',
        type: FieldType.number,
        values: result.map((series) => Number(series.value[1])),
      },
    ],
  });
}
