import { describe, expect, it } from 'vitest';
import { KEY_GROUPS, keyGroupsOn } from '../../../client/src/keys.ts';
import { RUN_PAGE_COMMANDS } from '../../../client/src/runPageCommands.ts';

/** The single keys that a line of the list names: "V, L, B, P" are four, "Shift + drag" is none. */
function singleKeys(text: string): string[] {
  return text.split(/[ ,]+/).map((key) => (key === 'Space' ? ' ' : key === '−' ? '-' : key.toLowerCase()));
}

describe('the list of keys', () => {
  it('has every key of the commands of a run’s page', () => {
    const listed = new Set(keyGroupsOn('/runs/run_1').flatMap(({ keys }) => keys.flatMap(([key]) => singleKeys(key))));
    expect(RUN_PAGE_COMMANDS.map(({ key }) => key).filter((key) => !listed.has(key))).toEqual([]);
  });

  it('names no letter twice on one page', () => {
    for (const path of ['/runs/run_1', '/compare/a/b', '/models']) {
      const letters = keyGroupsOn(path)
        .flatMap(({ keys }) => keys.flatMap(([key]) => singleKeys(key)))
        .filter((key) => /^[a-z]$/.test(key));
      expect(letters).toEqual([...new Set(letters)]);
    }
  });

  it('shows what works where somebody is', () => {
    const titles = (path: string): string[] => keyGroupsOn(path).map(({ title }) => title);
    expect(titles('/s/token')).toContain('The disk');
    expect(titles('/compare/a/b')).toEqual(['Comparison', 'Anywhere']);
    expect(titles('/runs')).toEqual(['Anywhere']);
    expect(KEY_GROUPS.every(({ keys }) => keys.length > 0)).toBe(true);
  });
});
