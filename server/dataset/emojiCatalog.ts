import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** One emoji to draw. `svg` is a whole document of 128 × 128 units. */
export interface CatalogedEmoji {
  readonly name: string;
  readonly group: string;
  readonly subgroup: string;
  readonly svg: string;
}

interface EmojibaseEntry {
  readonly label: string;
  readonly hexcode: string;
  readonly group?: number;
  readonly subgroup?: number;
}
interface EmojibaseMessages {
  readonly groups: readonly { readonly message: string; readonly order: number }[];
  readonly subgroups: readonly { readonly message: string; readonly order: number }[];
}
interface IconSet {
  readonly icons: Readonly<Record<string, { readonly body: string }>>;
}

const requireFile = createRequire(import.meta.url);

/**
 * The emoji that Noto draws and Unicode groups, in Unicode's order. Skin tones are left out: five near copies of every
 * person would be half of the set and say nothing of what a model understands. The icon set has no national flags.
 * Parsing takes some 0.3 s, so call it in a worker.
 */
export async function readEmojiCatalog(): Promise<CatalogedEmoji[]> {
  const [icons, chars, entries, messages] = await Promise.all([
    readJson<IconSet>('@iconify-json/noto/icons.json'),
    readJson<Readonly<Record<string, string>>>('@iconify-json/noto/chars.json'),
    readJson<readonly EmojibaseEntry[]>('emojibase-data/en/data.json'),
    readJson<EmojibaseMessages>('emojibase-data/en/messages.json'),
  ]);
  const groups = new Map(messages.groups.map(({ order, message }) => [order, message]));
  const subgroups = new Map(messages.subgroups.map(({ order, message }) => [order, message]));
  return entries.flatMap(({ label, hexcode, group, subgroup }) => {
    // Noto names its files without the variation selector U+FE0F.
    const code = hexcode.toLowerCase();
    const body = icons.icons[chars[code] ?? chars[code.replace(/-fe0f/g, '')] ?? '']?.body;
    const groupName = groups.get(group ?? -1);
    const subgroupName = subgroups.get(subgroup ?? -1);
    if (body === undefined || groupName === undefined || subgroupName === undefined) return [];
    return [{ name: label, group: groupName, subgroup: subgroupName, svg: svgDocument(body) }];
  });
}

/** Versions of the packages whose content decides the pictures. */
export async function emojiSourceVersions(): Promise<string> {
  const names = ['@iconify-json/noto/package.json', 'emojibase-data/package.json'];
  const packages = await Promise.all(names.map((name) => readJson<{ readonly version: string }>(name)));
  return packages.map(({ version }) => version).join('-');
}

/** The bodies use xlink:href, which librsvg refuses unless its name space is declared. */
function svgDocument(body: string): string {
  const spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  return `<svg ${spaces} viewBox="0 0 128 128" width="128" height="128">${body}</svg>`;
}

async function readJson<T>(specifier: string): Promise<T> {
  return JSON.parse(await readFile(requireFile.resolve(specifier), 'utf8')) as T;
}
