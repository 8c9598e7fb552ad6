// Draws the dashboards from the Prometheus at PROMETHEUS_URL, the last SHOWN_SECONDS of it, and photographs them.
//
// Arguments: where the page was bundled, and the directory that receives the pictures.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pageHeight } from './grid.mjs';

const [bundle, pictures] = process.argv.slice(2);
const prometheus = process.env.PROMETHEUS_URL;
const shown = Number(process.env.SHOWN_SECONDS) * 1000;
const here = fileURLToPath(new URL('.', import.meta.url));
const dashboards = join(here, '../dashboards');

const WIDTH = 1500;
const SHOTS = [
  { dashboard: 'fleet.json', picture: 'fleet-dashboard.png', variables: {} },
  { dashboard: 'host.json', picture: 'host-dashboard.png', variables: { 'var-instance': 'web-2' } },
];

const FILES = {
  '/index.html': [join(here, 'index.html'), 'text/html'],
  '/page.js': [join(bundle, 'page.js'), 'text/javascript'],
  '/page.css': [join(bundle, 'page.css'), 'text/css'],
  '/fleet.json': [join(dashboards, 'fleet.json'), 'application/json'],
  '/host.json': [join(dashboards, 'host.json'), 'application/json'],
};

/** Serves the page and passes its questions on to Prometheus. `report` takes what the page tells of itself. */
async function answer(request, response, report) {
  const { pathname, search } = new URL(request.url, 'http://localhost');
  if (pathname.startsWith('/api/')) {
    const passed = await fetch(prometheus + pathname + search);
    const body = await passed.text();
    response.writeHead(passed.status, { 'Content-Type': 'application/json' }).end(body);
  } else if (pathname === '/drawn') {
    report(JSON.parse((await request.toArray()).join('')));
    response.writeHead(204).end();
  } else if (FILES[pathname]) {
    const [file, type] = FILES[pathname];
    const body = await readFile(file);
    response.writeHead(200, { 'Content-Type': type }).end(body);
  } else {
    response.writeHead(404).end();
  }
}

async function photograph(url, height, picture) {
  const profile = await mkdtemp(join(tmpdir(), 'dashboard-shot-'));
  try {
    await promisify(execFile)('chromium', [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
      `--user-data-dir=${profile}`, `--window-size=${WIDTH},${height}`, '--virtual-time-budget=30000',
      `--screenshot=${picture}`, url,
    ]);
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}

async function heightOf(dashboard) {
  const { panels } = JSON.parse(await readFile(join(dashboards, dashboard), 'utf8'));
  return pageHeight(panels);
}

async function shoot({ dashboard, picture, variables }) {
  let told;
  const server = createServer((request, response) =>
    answer(request, response, (report) => (told = report)).catch((error) => response.writeHead(500).end(String(error)))
  );
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const to = Date.now();
  const question = new URLSearchParams({ dashboard, width: WIDTH, from: to - shown, to, ...variables });
  try {
    await photograph(
      `http://127.0.0.1:${server.address().port}/index.html?${question}`,
      await heightOf(dashboard),
      join(pictures, picture)
    );
  } finally {
    server.close();
  }
  if (!told || told.failures.length > 0) {
    throw new Error(`${dashboard}: ${told ? told.failures.join('; ') : 'the page did not tell that it was drawn'}`);
  }
  console.log(`${join(pictures, picture)}: ${told.panels} panels and rows`);
}

for (const shot of SHOTS) {
  await shoot(shot);
}
