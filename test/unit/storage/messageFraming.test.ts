import { describe, expect, it } from 'vitest';
import { RequestFraming } from '../../../server/storage/embedded/messageFraming.ts';

function message(type: string, body: string): Buffer {
  const content = Buffer.from(body);
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

const STARTUP = message('', 'version and parameters');
const REQUEST = Buffer.concat([message('P', 'parse'), message('B', 'bind'), message('E', ''), message('S', '')]);
const QUERY = message('Q', 'SELECT 1');

describe('the framing of a Postgres client', () => {
  it('keeps the messages of one request together and gives the startup message and plain queries alone', () => {
    const requests = new RequestFraming().push(Buffer.concat([STARTUP, REQUEST, QUERY]));
    expect(requests.map((request) => Buffer.from(request))).toEqual([STARTUP, REQUEST, QUERY]);
  });

  it('gives the same requests however the bytes are cut', () => {
    const framing = new RequestFraming();
    const bytes = Buffer.concat([STARTUP, REQUEST, QUERY]);
    const requests = Array.from(bytes, (byte) => framing.push(Uint8Array.of(byte))).flat();
    expect(requests.map((request) => Buffer.from(request))).toEqual([STARTUP, REQUEST, QUERY]);
  });

  it('holds back a request that is not complete', () => {
    const framing = new RequestFraming();
    framing.push(STARTUP);
    expect(framing.push(REQUEST.subarray(0, -5))).toEqual([]);
    expect(framing.push(REQUEST.subarray(-5))).toHaveLength(1);
  });
});
