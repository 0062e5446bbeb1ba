import { parentPort, workerData } from 'node:worker_threads';
import { BatchEmbedder } from './batchEmbedder.ts';
import { encodeError, type EmbedderOptions, type ReplyMessage, type RequestMessage } from './workerProtocol.ts';

const port = parentPort!;
const post = (message: ReplyMessage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

async function serve(): Promise<void> {
  const embedder = await BatchEmbedder.open(workerData as EmbedderOptions);
  // One message after the other, although `embed` waits in between.
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (message: RequestMessage) => {
    turn = turn.then(() => handle(embedder, message));
  });
  post({ kind: 'ready', engineName: embedder.engineName });
}

async function handle(embedder: BatchEmbedder, message: RequestMessage): Promise<void> {
  if (message.kind === 'close') {
    await embedder.dispose();
    port.close();
    return;
  }
  try {
    const reply = await embedder.embed(message.images);
    post({ kind: 'embedded', job: message.job, reply }, [reply.vectors.buffer as ArrayBuffer]);
  } catch (error) {
    post({ kind: 'failed', job: message.job, error: encodeError(error) });
  }
}

serve().catch((error: unknown) => {
  post({ kind: 'failed', job: null, error: encodeError(error) });
  port.close();
});
