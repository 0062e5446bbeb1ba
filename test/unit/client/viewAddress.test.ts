import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSSRApp, effectScope, nextTick } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { Router } from 'vue-router';
import { useView } from '../../../client/src/composables/useView.ts';
import type { UseViewReturn } from '../../../client/src/composables/useView.ts';

const RUN = { path: '/runs/:id', component: {} };

describe('The address of a view', () => {
  let router: Router;
  let view: UseViewReturn;
  const scope = effectScope();

  async function open(address: string): Promise<void> {
    router = createRouter({ history: createMemoryHistory(), routes: [RUN] });
    await router.push(address);
    const app = createSSRApp({}).use(router);
    view = app.runWithContext(() => scope.run(useView)!);
  }
  const zoomTo = async (zoom: number): Promise<void> => {
    view.disk.value = { ...view.disk.value, zoom };
    await nextTick();
  };
  const debounce = (): Promise<unknown> => vi.advanceTimersByTimeAsync(300);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('history', { state: null });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('follows what is seen', async () => {
    await open('/runs/a');
    await zoomTo(2);
    await debounce();
    expect(router.currentRoute.value.query).toEqual({ z: '2' });
  });

  it('never takes the view back to where it was when the address began to be written', async () => {
    await open('/runs/a');
    let arrive = (): void => undefined;
    router.beforeEach(() => new Promise((resolve) => (arrive = () => resolve(true))));
    await zoomTo(2);
    await debounce();
    await zoomTo(3);
    arrive();
    await vi.advanceTimersByTimeAsync(0);
    expect(router.currentRoute.value.query).toEqual({ z: '2' });
    expect(view.disk.value.zoom).toBe(3);
  });

  it('leads the view back and forth with the browser', async () => {
    await open('/runs/a');
    await zoomTo(2);
    await debounce();
    view.state.point = 7;
    await debounce();
    expect(router.currentRoute.value.query).toEqual({ z: '2', p: '7' });
    router.back();
    await vi.advanceTimersByTimeAsync(0);
    expect(view.state.point).toBeNull();
    router.forward();
    await vi.advanceTimersByTimeAsync(0);
    expect(view.state.point).toBe(7);
  });
});
