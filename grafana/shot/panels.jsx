// The panels, drawn by Grafana's published components. What its server's panel plugins do around them is kept small.
import { dateTime, getDisplayValueAlignmentFactors, getFieldDisplayValues, VizOrientation } from '@grafana/data';
import { BarGauge, BigValue, Table, TimeSeries, VizRepeater } from '@grafana/ui';
import { theme } from './grafana.js';

function displayValues(panel, frames) {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions: panel.options.reduceOptions,
    replaceVariables: (text) => text,
    theme,
    data: frames,
    timeZone: 'utc',
    sparkline: panel.options.graphMode === 'area',
  });
}

function Stat({ panel, frames, width, height }) {
  const { colorMode, graphMode, justifyMode, textMode, orientation } = panel.options;
  const values = displayValues(panel, frames);
  return (
    <VizRepeater
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, width, height, count, alignmentFactors }) => (
        <BigValue
          value={value.display}
          sparkline={value.sparkline}
          count={count}
          width={width}
          height={height}
          theme={theme}
          alignmentFactors={count > 1 ? alignmentFactors : undefined}
          colorMode={colorMode}
          graphMode={graphMode}
          justifyMode={justifyMode}
          textMode={textMode}
          text={panel.options.text}
          wideLayout
        />
      )}
      source={frames}
      renderCounter={0}
      autoGrid
      itemSpacing={3}
      orientation={orientation}
      width={width}
      height={height}
    />
  );
}

function Bars({ panel, frames, width, height }) {
  const { displayMode, valueMode, namePlacement, showUnfilled, minVizHeight, maxVizHeight } = panel.options;
  const values = displayValues(panel, frames);
  return (
    <VizRepeater
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, width, height, alignmentFactors }) => (
        <BarGauge
          value={value.display}
          field={value.field}
          display={value.view?.getFieldDisplayProcessor(value.colIndex)}
          width={width}
          height={height}
          theme={theme}
          alignmentFactors={alignmentFactors}
          orientation={VizOrientation.Horizontal}
          text={panel.options.text}
          displayMode={displayMode}
          valueDisplayMode={valueMode}
          namePlacement={namePlacement}
          showUnfilled={showUnfilled}
          itemSpacing={10}
        />
      )}
      source={frames}
      renderCounter={0}
      orientation={VizOrientation.Horizontal}
      minVizHeight={minVizHeight}
      maxVizHeight={maxVizHeight}
      itemSpacing={10}
      width={width}
      height={height}
    />
  );
}

function Series({ panel, frames, range, width, height }) {
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      timeRange={{ from: dateTime(range.from), to: dateTime(range.to), raw: range }}
      timeZone="utc"
      legend={panel.options.legend}
      options={panel.options}
      width={width}
      height={height}
    />
  );
}

function TableOfPanel({ panel, frames, width, height }) {
  return (
    <Table data={frames[0]} initialSortBy={panel.options.sortBy} cellHeight="sm" width={width} height={height} />
  );
}

const TYPES = { stat: Stat, bargauge: Bars, timeseries: Series, table: TableOfPanel };

/** Whether there is anything to draw. */
const isEmpty = (frames) => frames.every((frame) => frame.length === 0);

export function Content({ panel, frames, range, width, height }) {
  const Type = TYPES[panel.type];
  if (!Type) {
    throw new Error(`${panel.title}: no component draws panels of the type ${panel.type}`);
  }
  if (isEmpty(frames)) {
    const text = panel.fieldConfig.defaults.noValue ?? 'No data';
    return (
      <div style={{ display: 'grid', placeItems: 'center', width, height, color: theme.colors.text.secondary }}>{text}</div>
    );
  }
  return <Type panel={panel} frames={frames} range={range} width={width} height={height} />;
}
