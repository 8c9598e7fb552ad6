// What Grafana's server sets up at its start, and its components expect: registries of options and transformations.
import {
  applyFieldOverrides,
  createTheme,
  Registry,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

export const theme = createTheme({ colors: { mode: 'dark' } });

const STANDARD = [
  'displayName', 'unit', 'min', 'max', 'decimals', 'thresholds', 'mappings', 'noValue', 'links', 'color', 'filterable',
  'fieldMinMax',
];
const CUSTOM = [
  'drawStyle', 'lineInterpolation', 'lineWidth', 'lineStyle', 'fillOpacity', 'showPoints', 'spanNulls', 'axisPlacement',
  'axisSoftMin', 'stacking', 'align', 'cellOptions', 'inspect', 'filterable', 'width',
];

/** An option without an editor: nothing is edited here, only applied. */
const option = (id, path, isCustom) => ({
  id,
  path,
  name: id,
  isCustom,
  editor: () => null,
  override: () => null,
  process: (value) => value,
  shouldApply: () => true,
});

standardEditorsRegistry.setInit(() => []);
standardFieldConfigEditorRegistry.setInit(() => STANDARD.map((id) => option(id, id, false)));
standardTransformersRegistry.setInit(() =>
  [standardTransformers.mergeTransformer, standardTransformers.organizeFieldsTransformer].map((one) => ({
    ...one,
    transformation: () => Promise.resolve(one),
  }))
);

const fieldConfigRegistry = new Registry(() => [
  ...standardFieldConfigEditorRegistry.list(),
  ...CUSTOM.map((id) => option(`custom.${id}`, id, true)),
]);

/** The frames of a panel, transformed and with its options applied. */
export async function prepare(panel, frames) {
  const transformed = await lastValueFrom(transformDataFrame(panel.transformations ?? [], frames));
  return applyFieldOverrides({
    data: transformed,
    fieldConfigRegistry,
    fieldConfig: panel.fieldConfig,
    theme,
    replaceVariables: (text) => text,
    timeZone: 'utc',
  });
}
