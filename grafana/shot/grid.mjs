// The sizes of Grafana's grid, in pixels.
export const COLUMNS = 24;
export const GAP = 8;
export const ROW_HEIGHT = 30;
export const HEAD_HEIGHT = 48;

/** How far down the page the grid's row `y` begins. */
export const top = (y) => HEAD_HEIGHT + y * (ROW_HEIGHT + GAP);

/** The height of a page with these panels. */
export const pageHeight = (panels) => top(Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)));
