import { parentPort, workerData } from 'node:worker_threads';
import { BatchEmbedder } from './batchEmbedder.ts';
import { encodeError, type EmbedderOptions, type ReplyMessage, type RequestMessage } from './workerProtocol.ts';

const port = parentPort!;
const post = (message: ReplyMessage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

async function serve(): Promise<void> {
  const embedder = await BatchEmbedder.open(workerData as EmbedderOptions);
  let turn: Promise<unknown> = Promise.resolve();
  port.on('message', (message: RequestMessage) => {
    // One after the other, although `embed` waits in between; beside a GPU the next images are prepared meanwhile.
    const beside = embedder.preparesBeside && message.kind === 'embed';
    turn = beside ? Promise.all([turn, handle(embedder, message)]) : turn.then(() => handle(embedder, message));
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
