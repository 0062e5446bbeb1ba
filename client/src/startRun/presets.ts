import { useStorage } from '@vueuse/core';
import type { RemovableRef } from '@vueuse/core';
import { DEFAULT_CHOICES } from './runChoices.ts';
import type { RunChoices } from './runChoices.ts';

/** A named set of choices. What a preset does not name is the default. */
export interface Preset {
  readonly name: string;
  readonly help: string;
  readonly choices: Partial<RunChoices>;
}

export const SUGGESTED_PRESETS: readonly Preset[] = [
  { name: 'Standard', help: 'The defaults, which keep most neighbors in our measurements.', choices: {} },
  {
    name: 'Quick look',
    help: 'Two thousand images and half the iterations, to see what is there.',
    choices: { limit: '2000', iterations: '250' },
  },
  {
    name: 'Near and far',
    help: 'Small and large neighborhoods at once: perplexities 30 and 200.',
    choices: { perplexity: '30', furtherPerplexities: '200' },
  },
  {
    name: 'Hierarchy',
    help: 'Depth in the tree of neighbors becomes distance from the center; it costs some neighbors.',
    choices: { hierarchyWeight: '0.3' },
  },
  {
    name: 'Flat t-SNE',
    help: 'The same engine on the flat plane, to compare with.',
    choices: { geometry: 'EUCLIDEAN' },
  },
  { name: 'UMAP', help: 'Another method, to compare with.', choices: { method: 'UMAP', geometry: 'EUCLIDEAN' } },
];

/** What a preset leaves as it is: they say what is laid out, not how. */
const KEPT = ['dataset', 'model', 'name'] as const satisfies readonly (keyof RunChoices)[];

/** The choices after a preset was taken. */
export function withPreset(choices: RunChoices, preset: Pick<Preset, 'choices'>): RunChoices {
  const kept = Object.fromEntries(KEPT.map((name) => [name, choices[name]]));
  return { ...DEFAULT_CHOICES, ...preset.choices, ...kept };
}

export function isPreset(choices: RunChoices, preset: Pick<Preset, 'choices'>): boolean {
  const taken = withPreset(choices, preset);
  return (Object.keys(taken) as (keyof RunChoices)[]).every((name) => String(taken[name]) === String(choices[name]));
}

/** A preset of what differs from the defaults, without the run that a layout starts from. */
export function presetOf(name: string, choices: RunChoices): Preset {
  const left = new Set<string>([...KEPT, 'initialRunId']);
  const differing = (Object.keys(DEFAULT_CHOICES) as (keyof RunChoices)[]).filter(
    (key) => !left.has(key) && String(choices[key]) !== DEFAULT_CHOICES[key],
  );
  const initialized = choices.initialization === 'LAYOUT' ? 'initialization' : null;
  const kept = differing.filter((key) => key !== initialized);
  return { name, help: 'Saved in this browser.', choices: Object.fromEntries(kept.map((key) => [key, choices[key]])) };
}

/** The presets that people saved in this browser. */
export function useSavedPresets(): RemovableRef<Preset[]> {
  return useStorage<Preset[]>('circle-limit.presets', []);
}
