import { Deck, OrthographicView } from '@deck.gl/core';
import type { Layer } from '@deck.gl/core';
import type { Device } from '@luma.gl/core';
import { DiskPanel } from './diskPanel.ts';
import type { PanelHost } from './diskPanel.ts';
import { CONTEXT_ATTRIBUTES } from './drawingDevice.ts';
import type { DiskView, Plane } from './diskTransform.ts';

export interface SmallMultiplesOptions {
  canvas: HTMLCanvasElement;
  onError: (error: Error) => void;
  /** Called after every animation frame. */
  onMoved: () => void;
}

/** Several disks in one canvas: one deck.gl, a view a disk, so that browsers' limit of contexts is no limit here. */
export class SmallMultiples implements PanelHost {
  readonly #options: SmallMultiplesOptions;
  readonly #deck: Deck<OrthographicView[]>;
  readonly #panels = new Map<string, DiskPanel>();
  readonly #waiting: ((device: Device) => void)[] = [];
  /** What is freed as soon as no layer draws it any more. */
  readonly #leaving: (() => void)[] = [];
  #device: Device | null = null;
  #layers: Layer[] = [];
  #loop = 0;
  #stale = false;
  #finished = false;

  constructor(options: SmallMultiplesOptions) {
    this.#options = options;
    this.#deck = new Deck<OrthographicView[]>({
      canvas: options.canvas,
      width: '100%',
      height: '100%',
      views: [],
      viewState: {},
      controller: false,
      layers: [],
      layerFilter: ({ layer, viewport }) => layer.id.startsWith(`${viewport.id}:`),
      deviceProps: { type: 'webgl', webgl: CONTEXT_ATTRIBUTES },
      onDeviceInitialized: (device) => {
        if (this.#finished) return;
        this.#device = device;
        for (const task of this.#waiting.splice(0)) task(device);
        this.rebuild();
      },
      onError: (error) => options.onError(error),
      getCursor: () => '',
      onLoad: () => (options.canvas.tabIndex = -1),
    });
  }

  addPanel(id: string, plane: Plane, view: DiskView): DiskPanel {
    const panel = new DiskPanel(id, this, plane, view);
    this.#panels.set(id, panel);
    this.rebuild();
    return panel;
  }

  removePanel(panel: DiskPanel): void {
    if (this.#panels.get(panel.id) === panel) this.#panels.delete(panel.id);
    // Layers go before the buffers that they draw.
    this.#applyPanels();
    panel.destroy();
  }

  ready(task: (device: Device) => void): void {
    if (this.#device === null) this.#waiting.push(task);
    else if (!this.#finished) task(this.#device);
  }

  rebuild(after?: () => void): void {
    this.#stale = true;
    if (after !== undefined) this.#leaving.push(after);
    this.animate();
  }

  /** Runs while points move; still disks cost nothing. */
  animate(): void {
    if (this.#loop !== 0 || this.#finished) return;
    const step = (nowMs: number): void => {
      this.#loop = 0;
      let moving = false;
      for (const panel of this.#panels.values()) moving = panel.advance(nowMs) || moving;
      if (this.#stale) this.#applyPanels();
      for (const layer of this.#layers) layer.setNeedsRedraw();
      this.#options.onMoved();
      if (moving) this.#loop = requestAnimationFrame(step);
    };
    this.#loop = requestAnimationFrame(step);
  }

  destroy(): void {
    this.#finished = true;
    cancelAnimationFrame(this.#loop);
    for (const panel of this.#panels.values()) panel.destroy();
    for (const free of this.#leaving.splice(0)) free();
    this.#deck.finalize();
  }

  #applyPanels(): void {
    if (this.#finished) return;
    this.#stale = false;
    const panels = [...this.#panels.values()];
    this.#layers = this.#device === null ? [] : panels.flatMap((panel) => panel.layers());
    this.#deck.setProps({
      views: panels.map(({ id, place }) => new OrthographicView({ id, flipY: false, ...place })),
      viewState: Object.fromEntries(panels.map(({ id, deckZoom }) => [id, { target: [0, 0, 0], zoom: deckZoom }])),
      layers: this.#layers,
    });
    for (const free of this.#leaving.splice(0)) free();
  }
}
