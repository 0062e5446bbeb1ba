import { describe, expect, it } from 'vitest';
import { startFirstRun, type FirstRunService } from '../../../server/firstRun.ts';
import { DeliveryTurns } from '../../../server/stream/deliveryTurns.ts';
import { RunWatcher } from '../../../server/stream/runWatcher.ts';
import { aRun } from '../stream/testRun.ts';

const config = { home: '/nowhere/circle-limit', cifar10Dir: undefined };
const reachable = (): Promise<boolean> => Promise.resolve(true);

/** A service whose first run ends in the given way. */
function serviceWith(ending: Partial<ReturnType<typeof aRun>>) {
  const calls: string[] = [];
  const run = { ...aRun(), ...ending };
  const service = {
    list: () => Promise.resolve({ totalCount: 0 }),
    start: ({ dataset }: { dataset: string }) => {
      calls.push(`start ${dataset}`);
      return Promise.resolve(run);
    },
    find: () => Promise.resolve(run),
    delete: (id: string) => {
      calls.push(`delete ${id}`);
      return Promise.resolve();
    },
    watch: () => {
      const parts = { counter: { sent: 0, skipped: 0 }, turns: new DeliveryTurns(), onClose: () => undefined };
      const watcher = new RunWatcher({ maxFramesPerSecond: 1000 }, parts);
      watcher.offer({ run });
      watcher.end();
      return Promise.resolve(watcher);
    },
  } as unknown as FirstRunService;
  return { service, calls, run };
}

describe('startFirstRun', () => {
  it('takes emoji, with a line that says so, when the download of CIFAR-10 fails in the run', async () => {
    const failure = { code: 'UNAVAILABLE', message: 'CIFAR-10 is not here: the connection ended' } as const;
    const { service, calls, run } = serviceWith({ status: 'FAILED', failure });
    const notices: string[] = [];
    const { settled } = await startFirstRun(service, config, (line) => notices.push(line), reachable);
    await settled;
    expect(calls).toEqual(['start cifar10/test', 'start emoji', `delete ${run.id}`]);
    expect(notices).toEqual([expect.stringContaining('CIFAR-10 could not be downloaded; showing emoji instead')]);
  });

  it('leaves a run alone that has its images or failed for another reason', async () => {
    const failure = { code: 'INTERNAL', message: 'a defect' } as const;
    for (const ending of [{ status: 'NEIGHBORS' }, { status: 'FAILED', failure }] as const) {
      const { service, calls } = serviceWith(ending);
      const { settled } = await startFirstRun(service, config, () => expect.fail('no notice was due'), reachable);
      await settled;
      expect(calls).toEqual(['start cifar10/test']);
    }
  });

  it('takes emoji at once when the server of CIFAR-10 does not answer', async () => {
    const { service, calls } = serviceWith({ status: 'DONE' });
    const notices: string[] = [];
    await startFirstRun(
      service,
      config,
      (line) => notices.push(line),
      () => Promise.resolve(false),
    );
    expect(calls).toEqual(['start emoji']);
    expect(notices).toHaveLength(1);
  });
});
