// Draws the dashboard that the page's address names, and tells the page's server how that went.
import React from 'react';
import { createRoot } from 'react-dom/client';
import { getValueFormats, ThemeContext } from '@grafana/data';
import { GlobalStyles, PanelChrome } from '@grafana/ui';
import { COLUMNS, GAP, pageHeight, ROW_HEIGHT, top } from './grid.mjs';
import { prepare, theme } from './grafana.js';
import { Content } from './panels.jsx';
import { framesOf, Prometheus } from './prometheus.js';
import { fillIn, intervals } from './variables.js';

const address = new URLSearchParams(location.search);
const width = Number(address.get('width'));
const range = { from: Number(address.get('from')), to: Number(address.get('to')) };
const failures = [];

/** Keeps a panel that fails from taking the page with it. */
class Guard extends React.Component {
  state = {};

  static getDerivedStateFromError(error) {
    return { error };
  }

  componentDidCatch(error) {
    failures.push(`${this.props.title}: ${error}`);
  }

  render() {
    return this.state.error ? String(this.state.error) : this.props.children;
  }
}

/** Where a place of Grafana's grid is on the page. */
function box({ x, y, w, h }) {
  const column = (width - GAP) / COLUMNS;
  return {
    left: GAP + x * column,
    top: top(y),
    width: w * column - GAP,
    height: h * (ROW_HEIGHT + GAP) - GAP,
  };
}

function Panel({ panel, frames }) {
  const place = box(panel.gridPos);
  return (
    <div style={{ position: 'absolute', ...place }}>
      <PanelChrome title={panel.title} description={panel.description} width={place.width} height={place.height}>
        {(innerWidth, innerHeight) => (
          <Guard title={panel.title}>
            <Content panel={panel} frames={frames} range={range} width={innerWidth} height={innerHeight} />
          </Guard>
        )}
      </PanelChrome>
    </div>
  );
}

function Row({ row }) {
  const place = box(row.gridPos);
  return (
    <div style={{ position: 'absolute', ...place, lineHeight: `${place.height}px`, ...theme.typography.h6 }}>{row.title}</div>
  );
}

function Head({ dashboard, variables }) {
  const chosen = Object.entries(variables).filter(([, value]) => value !== '.+');
  return (
    <div style={{ position: 'absolute', left: GAP, top: 12, ...theme.typography.h4 }}>
      {dashboard.title}
      {chosen.map(([name, value]) => (
        <span key={name} style={{ marginLeft: 24, ...theme.typography.body, color: theme.colors.text.secondary }}>
          {name} <span style={{ color: theme.colors.text.primary }}>{value}</span>
        </span>
      ))}
    </div>
  );
}

function Dashboard({ dashboard, variables, data }) {
  const page = { position: 'relative', width, height: pageHeight(dashboard.panels) };
  return (
    <div style={{ ...page, background: theme.colors.background.canvas, color: theme.colors.text.primary }}>
      <Head dashboard={dashboard} variables={variables} />
      {dashboard.panels.map((panel) =>
        panel.type === 'row' ? (
          <Row key={panel.id} row={panel} />
        ) : (
          <Panel key={panel.id} panel={panel} frames={data.get(panel.id)} />
        )
      )}
    </div>
  );
}

/** Grafana shows a value of an unknown unit with the unit's identifier behind it. */
function unknownUnits(panel) {
  const known = new Set(getValueFormats().flatMap((group) => group.submenu.map((format) => format.value)));
  const { defaults, overrides } = panel.fieldConfig;
  const properties = overrides.flatMap((override) => override.properties).filter(({ id }) => id === 'unit');
  return [defaults.unit, ...properties.map(({ value }) => value)].filter((unit) => !known.has(unit));
}

async function load(dashboard, prometheus, variables) {
  const data = new Map();
  for (const panel of dashboard.panels.filter((one) => one.type !== 'row')) {
    const raw = await framesOf(panel, prometheus, variables, range, intervals(range, box(panel.gridPos).width, panel));
    if (raw.every((frame) => frame.length === 0)) {
      failures.push(`${panel.title}: no data`);
    }
    failures.push(...unknownUnits(panel).map((unit) => `${panel.title}: no unit is called ${unit}`));
    data.set(panel.id, await prepare(panel, raw));
  }
  return data;
}

async function draw() {
  const dashboard = await (await fetch(address.get('dashboard'))).json();
  const prometheus = new Prometheus();
  const variables = await fillIn(dashboard, prometheus, address, range);
  const data = await load(dashboard, prometheus, variables);
  createRoot(document.getElementById('dashboard')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Dashboard dashboard={dashboard} variables={variables} data={data} />
    </ThemeContext.Provider>
  );
  return dashboard.panels.length;
}

window.addEventListener('error', (event) => failures.push(event.message));
draw()
  .catch((error) => failures.push(String(error.stack ?? error)))
  // Charts draw in the frames after the first.
  .then((panels) => setTimeout(() => fetch('drawn', { method: 'POST', body: JSON.stringify({ panels, failures }) }), 1500));
