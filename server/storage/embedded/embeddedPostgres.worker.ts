import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { messageOf } from '../../errors.ts';
import { DURABLE_START_PARAMETERS, DurableNodeFiles } from './durableFiles.ts';
import type { WorkerReply, WorkerRequest } from './embeddedPostgres.ts';
import { RequestFraming } from './messageFraming.ts';
import { createDatabaseFolder } from './template.ts';

/** Answers are gathered to pieces of this many bytes: the database flushes every 8 KB, and a message for each is slow. */
const ANSWER_PIECE_BYTES = 256 * 1024;
/** An answer that a file of the log is not there: code and message of Postgres' error response. */
const LOG_IS_BROKEN = /\0C58P01\0M[^\0]*pg_wal\//;
const LONGEST_ERROR_BYTES = 4096;
const TERMINATE = 'X'.charCodeAt(0);

const parent = parentPort!;
const reply = (message: WorkerReply): void => parent.postMessage(message);

const { folder } = workerData as { folder: string };
let connectionCount = 0;
/** All that the database does, one after the other. */
let work: Promise<void> = Promise.resolve();

try {
  const database = await openDatabase();
  parent.on('message', (request: WorkerRequest) => {
    if (request.kind === 'connect') serve(database, request.port);
    else enqueue(() => close(database));
  });
  reply({ kind: 'ready' });
} catch (error) {
  reply({ kind: 'failed', message: messageOf(error) });
  parent.close();
}

async function openDatabase(): Promise<PGlite> {
  if (!existsSync(join(folder, 'PG_VERSION'))) await createDatabaseFolder(folder);
  return PGlite.create({
    fs: new DurableNodeFiles(folder),
    extensions: { vector },
    startParams: DURABLE_START_PARAMETERS,
  });
}

/** Serves one client connection. All connections are one session of the database, so a new one first clears the last. */
function serve(database: PGlite, port: MessagePort): void {
  const framing = new RequestFraming();
  connectionCount++;
  if (connectionCount > 1) {
    enqueue(async () => {
      // Two calls: several statements in one would be a transaction, in which DISCARD is refused.
      await database.exec('ROLLBACK');
      await database.exec('DISCARD ALL');
    });
  }
  port.on('message', (bytes: Uint8Array) => {
    for (const request of framing.push(bytes)) {
      if (request[0] === TERMINATE) port.close();
      else enqueue(() => answer(database, request, port));
    }
  });
}

async function answer(database: PGlite, request: Uint8Array, port: MessagePort): Promise<void> {
  let pieces: Uint8Array[] = [];
  let byteCount = 0;
  const send = (): void => {
    const bytes = new Uint8Array(byteCount);
    let offset = 0;
    for (const piece of pieces) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    port.postMessage(bytes, [bytes.buffer]);
    pieces = [];
    byteCount = 0;
  };
  let logIsBroken = false;
  await database.execProtocolRawStream(request, {
    onRawData: (data) => {
      logIsBroken ||= data.length < LONGEST_ERROR_BYTES && LOG_IS_BROKEN.test(Buffer.from(data).toString('latin1'));
      // The bytes lie in the database's memory, which it uses again.
      pieces.push(data.slice());
      byteCount += data.length;
      if (byteCount >= ANSWER_PIECE_BYTES) send();
    },
  });
  if (byteCount > 0) send();
  // The disk was full when the file was to be made. It would be missed for ever; a store that opens anew makes it.
  if (logIsBroken) process.exit(1);
}

async function close(database: PGlite): Promise<void> {
  await database.close();
  reply({ kind: 'closed' });
  parent.close();
}

function enqueue(task: () => Promise<void>): void {
  work = work.then(task);
  // A throw here is a defect or exhausted memory of the WebAssembly module; its state cannot be trusted any more. What
  // was committed is on the disk.
  work.catch((error: unknown) => {
    reply({ kind: 'failed', message: messageOf(error) });
    process.exit(1);
  });
}
