import type { RgbImage } from '../dataset/dataset.ts';
import type { EmbeddingWorker } from './embeddingWorker.ts';
import type { EmbeddedImages } from './workerProtocol.ts';

/** Workers with the same model; a job goes to the one with the least to do. */
export class WorkerPool {
  readonly workers: readonly EmbeddingWorker[];

  constructor(workers: readonly EmbeddingWorker[]) {
    this.workers = workers;
  }

  /** Embeds images whose pixel buffers are given away. */
  submit(images: readonly RgbImage[]): Promise<EmbeddedImages> {
    const idlest = this.workers.reduce((best, worker) => (worker.load < best.load ? worker : best));
    return idlest.embed(images);
  }

  /** Embeds any number of images, in pieces of `batchSize` over all workers; their pixels are copied. */
  async embed(images: readonly RgbImage[], batchSize: number): Promise<Float32Array> {
    if (images.length === 0) return new Float32Array(0);
    const share = Math.min(batchSize, Math.ceil(images.length / this.workers.length));
    const jobs: Promise<EmbeddedImages>[] = [];
    for (let start = 0; start < images.length; start += share) {
      const piece = images.slice(start, start + share).map((image) => ({ ...image, data: new Uint8Array(image.data) }));
      jobs.push(this.submit(piece));
    }
    const replies = await Promise.all(jobs);
    const vectors = new Float32Array(replies.reduce((length, reply) => length + reply.vectors.length, 0));
    let offset = 0;
    for (const reply of replies) {
      vectors.set(reply.vectors, offset);
      offset += reply.vectors.length;
    }
    return vectors;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
  }
}
