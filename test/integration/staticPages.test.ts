import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStaticPages } from '../../server/http/staticPages.ts';

const SCRIPT = `console.log(${JSON.stringify('a'.repeat(5000))});`;

describe('The files of the dashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'circle-limit-pages-'));
  let server: Server;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<p>page</p>');
    const script = join(folder, 'assets', 'page-1a2b3c.js');
    writeFileSync(script, SCRIPT);
    // As the build leaves them; other contents, so that it is seen which file was sent.
    writeFileSync(`${script}.br`, brotliCompressSync(`${SCRIPT}// br`));
    writeFileSync(`${script}.gz`, gzipSync(`${SCRIPT}// gz`));
    writeFileSync(join(folder, 'assets', 'late-4d5e6f.js'), SCRIPT);
    server = createServer(express().use(createStaticPages(folder, folder, async (html) => html)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterAll(async () => {
    await new Promise((closed) => server.close(closed));
    rmSync(folder, { recursive: true, force: true });
  });

  async function get(path: string, encodings: string, accept = '*/*'): Promise<IncomingMessage> {
    const { port } = server.address() as AddressInfo;
    const asked = request({ port, path, headers: { accept, 'accept-encoding': encodings } }).end();
    return ((await once(asked, 'response')) as [IncomingMessage])[0];
  }

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['identity', undefined],
  ])('are sent to who accepts "%s" as the build has compressed them, and kept for good', async (accepts, encoding) => {
    const response = await get('/assets/page-1a2b3c.js', accepts);
    response.resume();
    expect(response.headers['content-encoding']).toBe(encoding);
    expect(response.headers['content-type']).toMatch(/javascript/);
    expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(response.headers.vary).toBe('Accept-Encoding');
  });

  it('are found too when they were built after the server has started', async () => {
    writeFileSync(join(folder, 'assets', 'new-7a8b9c.js'), SCRIPT);
    const response = await get('/assets/new-7a8b9c.js', 'identity');
    expect(response.statusCode).toBe(200);
    expect(await text(response)).toBe(SCRIPT);
  });

  it('are not there by another name, while pages are', async () => {
    const missing = await get('/assets/page-000000.js', 'gzip');
    missing.resume();
    expect(missing.statusCode).toBe(404);
    const page = await get('/runs', 'identity');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(await text(page)).toBe('<p>page</p>');
  });

  it('have a page for people at an address that leads nowhere, and none for programs', async () => {
    const page = await get('/nowhere', 'identity', 'text/html,application/xhtml+xml,*/*;q=0.8');
    expect(page.statusCode).toBe(404);
    expect(await text(page)).toBe('<p>page</p>');
    const nothing = await get('/nowhere', 'identity', 'application/json');
    expect(await text(nothing)).not.toContain('<p>page</p>');
  });
});
