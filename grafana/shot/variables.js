// Template variables and intervals, as Grafana fills them in.
import { rangeUtil } from '@grafana/data';

const SCRAPE_SECONDS = 1;

/** Leaves what is no variable as it is: `$2` of a value mapping, and `${__value.raw}` of a link. */
export function interpolate(text, variables) {
  return text.replace(/\$\{(\w+)}|\$(\w+)/g, (whole, braced, bare) => {
    const value = variables[braced ?? bare];
    return value === undefined ? whole : value;
  });
}

/** The values of the dashboard's variables: those of the page's address, else all, else the first there is. */
export async function fillIn(dashboard, prometheus, address, range) {
  const variables = {};
  for (const variable of dashboard.templating.list.filter((one) => one.type === 'query')) {
    const chosen = address.get(`var-${variable.name}`);
    if (chosen) {
      variables[variable.name] = chosen;
    } else if (variable.includeAll) {
      variables[variable.name] = variable.allValue;
    } else {
      const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(variable.query);
      const found = await prometheus.instant(`count by (${label}) (${interpolate(selector, variables)})`, range.to);
      variables[variable.name] = found.map((one) => one.metric[label]).sort()[0];
    }
  }
  return variables;
}

/** The step of a range query, the range of a rate that holds four scrapes, and the time shown. */
export function intervals(range, width, panel) {
  const seconds = Math.round((range.to - range.from) / 1000);
  const step = Math.max(panel.interval ? rangeUtil.intervalToSeconds(panel.interval) : SCRAPE_SECONDS, Math.ceil(seconds / width));
  return {
    step,
    __rate_interval: `${Math.max(step + SCRAPE_SECONDS, 4 * SCRAPE_SECONDS)}s`,
    __range: `${seconds}s`,
    __range_s: seconds,
  };
}
