import { computed, onBeforeUnmount, shallowRef, watch, watchEffect } from 'vue';
import type { ComputedRef, Ref, ShallowRef, WritableComputedRef } from 'vue';
import { alignedView, unalignedView } from '../disk/alignedView.ts';
import type { LayoutAlignment } from '../disk/alignedView.ts';
import type { DiskView, Plane } from '../disk/diskTransform.ts';
import { decodeFrameInto } from '../disk/frameDecoder.ts';
import type { PlacedImages } from '../disk/morph.ts';
import type { RunPoints } from '../disk/pointColors.ts';
import { messageOf } from '../graphql/client.ts';
import { RunLayoutDocument } from '../graphql/documents.ts';
import { fetchQuery } from '../graphql/request.ts';
import { positionsOfImages } from '../selection/imagePositions.ts';
import type { ComparedPanel } from './comparedPanel.ts';
import type { StreamedFrame } from './useProjectionStream.ts';
import { useRun } from './useRun.ts';
import type { UseRunReturn } from './useRun.ts';

export interface UseComparedLayoutOptions {
  runId: Ref<string>;
  /** Lays this layout over the first one; null shows it as it is. */
  alignment: () => LayoutAlignment | null;
  /** In which the first layout is seen. */
  view: Ref<DiskView>;
  /** Told what the page may know of the run, and null when the panel goes. */
  register: (runId: string, panel: ComparedPanel | null) => void;
}

export interface UseComparedLayoutReturn {
  run: UseRunReturn['run'];
  points: ShallowRef<RunPoints | null>;
  error: ComputedRef<string | null>;
  /** Of the layout that came last; null before the first. */
  iteration: ShallowRef<number | null>;
  /** The layout as it came with the image of every point; null before both are known. */
  placed: ComputedRef<PlacedImages | null>;
  plane: () => Plane;
  /** The alignment that is in force: none on a flat layout. */
  carried: ComputedRef<LayoutAlignment | null>;
  /** The view that shows of this layout what `view` shows of the first one; setting it moves `view` along. */
  ownView: WritableComputedRef<DiskView>;
  /** The layout as it is drawn, N × 2: mirrored where the alignment says so; null before the first. */
  drawn: ComputedRef<Float32Array | null>;
  pointCount: ComputedRef<number>;
  /** The point of every image, −1 for an image that this run has not; empty before the points are known. */
  pointsOf: (images: Int32Array) => Int32Array;
  /** The image of a point, or null. */
  imageOf: (point: number | null) => number | null;
}

/** The run of one panel of the comparison and its newest layout, laid over the first one. */
export function useComparedLayout(options: UseComparedLayoutOptions): UseComparedLayoutReturn {
  const { runId, view } = options;
  const own = shallowRef<Float32Array | null>(null);
  const iteration = shallowRef<number | null>(null);
  const layoutError = shallowRef<string | null>(null);

  /** The iteration whose layout came in full precision: the stream rounds it. */
  let exact: number | null = null;

  function receive(frame: StreamedFrame): void {
    if (frame.encoding === 'FLOAT32') exact = frame.iteration;
    else if (frame.iteration === exact) return;
    const positions = new Float32Array(frame.pointCount * 2);
    decodeFrameInto(positions, frame.coordinates, frame.encoding);
    own.value = positions;
    iteration.value = frame.iteration;
  }
  const { run, points, stream, error } = useRun(runId, receive);
  watch(
    () => run.value?.status === 'DONE' || run.value?.status === 'PAUSED',
    async (rests) => {
      if (!rests) return;
      try {
        const layout = (await fetchQuery(RunLayoutDocument, { id: runId.value })).run?.layout;
        if (layout) receive(layout);
      } catch (failure) {
        layoutError.value = messageOf(failure);
      }
    },
    { immediate: true },
  );
  const placed = computed<PlacedImages | null>(() => {
    const imageIndices = points.value?.imageIndices;
    if (own.value === null || imageIndices === undefined || imageIndices.length * 2 !== own.value.length) return null;
    return { positions: own.value, imageIndices };
  });
  watchEffect(() => options.register(runId.value, { run, points, history: stream.history, placed, iteration }));
  onBeforeUnmount(() => options.register(runId.value, null));

  const plane = (): Plane => run.value?.parameters.geometry ?? 'POINCARE';
  /** Only the hyperbolic plane has these isometries; a flat layout is shown as it is. */
  const carried = computed(() => (plane() === 'POINCARE' ? options.alignment() : null));
  const ownView = computed({
    get: () => (carried.value === null ? view.value : alignedView(carried.value, view.value)),
    set: (seen) => (view.value = carried.value === null ? seen : unalignedView(carried.value, seen)),
  });
  const drawn = computed(() => {
    if (own.value === null || carried.value?.reflected !== true) return own.value;
    return own.value.map((value, index) => (index % 2 === 1 ? -value : value));
  });

  return {
    run,
    points,
    error: computed(() => error.value ?? layoutError.value),
    iteration,
    placed,
    plane,
    carried,
    ownView,
    drawn,
    pointCount: computed(() => (drawn.value?.length ?? 0) / 2),
    pointsOf: (images) =>
      points.value === null ? new Int32Array(0) : positionsOfImages(images, points.value.imageIndices),
    imageOf: (point) => (point === null ? null : (points.value?.imageIndices[point] ?? null)),
  };
}
