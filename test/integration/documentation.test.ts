import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../server/cli/program.ts';
import { distFile, packageRoot } from '../../server/paths.ts';
import { writeSmallCifar10 } from '../support/cifar10Fixture.ts';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { TestServer } from '../support/testServer.ts';
import type { Command } from 'commander';

const execute = promisify(execFile);
const docs = join(packageRoot, 'docs');
const pages = (await readdir(docs, { recursive: true })).filter((name) => name.endsWith('.md')).sort();

interface Block {
  readonly language: string;
  readonly code: string;
  /** Why a test does not run it, from a comment before it; null where it is run. */
  readonly notRun: string | null;
}

const BLOCK = /(?:<!-- not run: (?<reason>[^\n]+?) -->\n\n)?```(?<language>sh|python|js)\n(?<code>[^]*?)```/g;

/** @param page inside docs/, or beside it */
async function blocksOf(page: string): Promise<Block[]> {
  const text = await readFile(join(docs, page), 'utf8');
  return [...text.matchAll(BLOCK)].map(({ groups }) => ({
    language: groups!.language,
    code: groups!.code,
    notRun: groups!.reason ?? null,
  }));
}

const INTERPRETERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  sh: ['bash', '-euo', 'pipefail', '-c'],
  python: ['python3', '-c'],
  js: [process.execPath, '--input-type=module', '-e'],
};

/** Run elsewhere: by everybody who runs this, by the tests of the package, of a server elsewhere, and of the doctor. */
const NOT_RUN_FROM_README = [
  /^npm ci /,
  /npm install circle-limit/,
  /circle-limit serve/,
  /models fetch/,
  /--server https:/,
  /^export CIRCLE_LIMIT_TOKEN/,
  /doctor/,
];

const hasPython = await execute('python3', ['-c', 'import numpy']).then(
  () => true,
  () => false,
);

/** The arguments of each `circle-limit …` in a block. */
function commandsIn(code: string): string[][] {
  const found = [...code.matchAll(/(?:^|\s)circle-limit (\w[^\n|]*)/g)];
  return found.map(([, line]) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word));
}

function withoutActions(command: Command): Command {
  for (const part of command.commands) withoutActions(part);
  if (command.commands.length === 0) command.action(() => undefined);
  return command.exitOverride().configureOutput({ writeErr: () => undefined });
}

describe('The documentation', () => {
  let server: TestServer;
  let tools: string;
  let home: string;
  beforeAll(async () => {
    const folder = await temporaryFolder();
    server = await TestServer.start(join(folder, 'served'));
    await server.running.ready;
    tools = join(folder, 'bin');
    home = await homeWithEmoji(join(folder, 'home'));
    await mkdir(tools);
    await writeFile(
      join(tools, 'circle-limit'),
      `#!/bin/sh\nexec "${process.execPath}" "${distFile('server/cli/main.js')}" "$@"\n`,
    );
    await chmod(join(tools, 'circle-limit'), 0o755);
  });
  afterAll(() => server.close());

  /** A folder with what the pages speak of: images of one's own, as a folder and as an archive, and the package. */
  async function workplace(): Promise<string> {
    const folder = await temporaryFolder();
    await makeImageFolder(join(folder, 'photos'), 12);
    await copyFile(join(packageRoot, 'test/fixtures/datasets/photos.zip'), join(folder, 'photos.zip'));
    await mkdir(join(folder, 'node_modules'));
    await symlink(packageRoot, join(folder, 'node_modules/circle-limit'), 'junction');
    return folder;
  }

  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    NODE_OPTIONS: '',
    CIRCLE_LIMIT_HOME: home,
    CIFAR10_DIR: '',
    PATH: `${tools}${delimiter}${process.env.PATH}`,
  });

  it.each(pages)('has commands that run as they stand: %s', async (page) => {
    const cwd = await workplace();
    for (const { language, code, notRun } of await blocksOf(page)) {
      if (notRun !== null || (language === 'python' && !hasPython)) continue;
      const own = code.replaceAll('http://127.0.0.1:4000', server.url);
      const [command, ...before] = INTERPRETERS[language];
      await execute(command, [...before, own], { cwd, env: environment() });
    }
  });

  it('has a README whose commands run as they stand, one after the other', async () => {
    const cwd = await workplace();
    await rename(join(cwd, 'photos'), join(cwd, 'images'));
    const cifar10 = await writeSmallCifar10(join(cwd, 'cifar10'), 10);
    const blocks = (await blocksOf('../README.md')).filter(({ language }) => language === 'sh');
    const lines = blocks.flatMap(({ code }) => code.trim().split('\n'));
    const left: string[] = [];
    for (const line of lines) {
      const command = line.replace(/ +# .*/, '').replace('path/to/images', 'images');
      if (NOT_RUN_FROM_README.some((pattern) => pattern.test(command))) left.push(command);
      else {
        const own = command.replace('npm run cli --', 'circle-limit').replace('new.npy', 'embeddings.npy');
        await execute('bash', ['-euc', own], { cwd, env: { ...environment(), CIFAR10_DIR: cifar10 } });
      }
    }
    expect(NOT_RUN_FROM_README.filter((pattern) => !left.some((command) => pattern.test(command)))).toEqual([]);
    expect(lines.length - left.length).toBeGreaterThan(7);
  });

  it('has commands and options that there are, also where no test can run them', async () => {
    const scripts = (JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { scripts: object })
      .scripts;
    const benches = await readdir(join(packageRoot, 'test/bench'));
    for (const page of pages) {
      for (const { code } of await blocksOf(page)) {
        for (const args of commandsIn(code)) {
          const program = withoutActions(createProgram(new AbortController().signal));
          await program.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
            throw new Error(`${page}: circle-limit ${args.join(' ')}`, { cause: error });
          });
        }
        for (const [, script] of code.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
        for (const [, bench] of code.matchAll(/npm run bench -- (\w+)/g)) expect(benches).toContain(`${bench}.ts`);
      }
    }
  });

  it('says why, where a command is not run', async () => {
    const kept = await Promise.all(pages.map(blocksOf));
    const reasons = kept.flat().flatMap(({ notRun }) => notRun ?? []);
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatch(/^(serves|downloads|installs|needs|minutes|ten minutes)/);
  });

  it('knows every error code', async () => {
    const errors = await readFile(join(packageRoot, 'server/errors.ts'), 'utf8');
    const codes = [.../export type ErrorCode =([^;]*);/.exec(errors)![1].matchAll(/'(\w+)'/g)].map(([, code]) => code);
    const help = await readFile(join(docs, 'help.md'), 'utf8');
    expect(codes.filter((code) => !help.includes(`| \`${code}\``))).toEqual([]);
  });

  it('is served, with the policy under which no script of a page runs', async () => {
    const page = await fetch(`${server.url}/docs/tutorial`);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval';");
    const html = await page.text();
    expect(html).toContain('From images to insight');
    expect(html.match(/<script(?![^>]*\ssrc=)[^>]*>/g)).toBeNull();
    for (const [, source] of html.matchAll(/(?:src|href)="(\/docs\/[^"]+\.(?:js|css|webp|svg))"/g)) {
      expect((await fetch(`${server.url}${source}`)).status).toBe(200);
    }
    expect((await fetch(`${server.url}/docs`)).url).toBe(`${server.url}/docs/`);
    expect((await fetch(`${server.url}/docs/no-such-page`)).status).toBe(404);
  });
});
