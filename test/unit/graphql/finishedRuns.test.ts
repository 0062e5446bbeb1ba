import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../server/errors.ts';
import { FinishedRuns } from '../../../server/graphql/finishedRuns.ts';
import type { Run } from '../../../server/storage/run.ts';
import type { Notices } from '../../../server/storage/store.ts';
import { createRunTopics } from '../../../server/stream/runTopics.ts';
import { aRun } from '../stream/testRun.ts';

function setUp(run: Run) {
  let asked = 0;
  let gone = false;
  let reconnect = (): void => undefined;
  const find = (): Promise<Run> => {
    asked++;
    return gone ? Promise.reject(new NotFoundError('no run has the id')) : Promise.resolve(run);
  };
  const notices: Notices = {
    publish: () => undefined,
    subscribe: (_onNotice, onReconnected) => {
      reconnect = onReconnected;
      return () => undefined;
    },
  };
  const topics = createRunTopics();
  const finished = new FinishedRuns({ find }, topics, notices);
  return { finished, topics, reconnect: () => reconnect(), remove: () => (gone = true), asked: () => asked };
}

describe('Runs that have ended', () => {
  it('are asked for once', async () => {
    const { finished, asked } = setUp(aRun({ status: 'DONE' }));
    await finished.find('run-1');
    expect((await finished.find('run-1')).status).toBe('DONE');
    expect(asked()).toBe(1);
  });

  it('are asked for every time while they work', async () => {
    const { finished, asked } = setUp(aRun({ status: 'OPTIMIZING' }));
    await finished.find('run-1');
    await finished.find('run-1');
    expect(asked()).toBe(2);
  });

  it('are not found any more once they are deleted, here or at another process', async () => {
    const { finished, topics, remove } = setUp(aRun({ status: 'DONE' }));
    await finished.find('run-1');
    remove();
    topics.publish('runDeleted', 'run-1');
    await nextTurn();
    await expect(finished.find('run-1')).rejects.toThrow(NotFoundError);
  });

  it('are asked for anew after notices may have been lost', async () => {
    const { finished, reconnect, remove } = setUp(aRun({ status: 'DONE' }));
    await finished.find('run-1');
    remove();
    reconnect();
    await expect(finished.find('run-1')).rejects.toThrow(NotFoundError);
  });

  it('are not kept when they are deleted while they are asked for', async () => {
    const { finished, topics, remove } = setUp(aRun({ status: 'DONE' }));
    await nextTurn();
    const asking = finished.find('run-1');
    remove();
    topics.publish('runDeleted', 'run-1');
    await asking;
    await nextTurn();
    await expect(finished.find('run-1')).rejects.toThrow(NotFoundError);
  });
});
