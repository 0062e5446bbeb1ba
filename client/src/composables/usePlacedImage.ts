import { useEventListener } from '@vueuse/core';
import { computed, onScopeDispose, shallowRef } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import type { DiskPoint } from '../disk/diskTransform.ts';
import type { NeighborEntryFragment } from '../graphql/generated/graphql.ts';
import type { Neighborhood } from './useNeighbors.ts';

/** What the server says of an image that was placed on a finished layout. */
interface PlacementAnswer {
  readonly x: number;
  readonly y: number;
  readonly model: string;
  readonly seconds: { readonly embedding: number; readonly placing: number };
  readonly nearestOnDisk: readonly NeighborEntryFragment[];
  readonly nearestInEmbedding: readonly NeighborEntryFragment[];
}

export interface PlacedImage {
  /** Name of the file, or "pasted image". */
  readonly name: string;
  /** Address of the picture in this browser. */
  readonly url: string;
  readonly at: DiskPoint;
  readonly model: string;
  readonly seconds: number;
  readonly neighborhood: Neighborhood;
}

export interface UsePlacedImageReturn {
  image: ShallowRef<PlacedImage | null>;
  /** Name of the image that the server works on. */
  placing: ShallowRef<string | null>;
  error: ShallowRef<string | null>;
  /** True while an image is dragged over the page. */
  dragging: ShallowRef<boolean>;
  neighborPoints: ComputedRef<readonly number[]>;
  missedPoints: ComputedRef<readonly number[]>;
  place: (file: File) => Promise<void>;
  letGo: () => void;
}

/** An image that people drop, paste or choose: it is embedded and placed by the server, and stays in this page alone. */
export function usePlacedImage(options: {
  runId: () => string;
  k: () => number;
  enabled: () => boolean;
  onPlaced: (image: PlacedImage) => void;
}): UsePlacedImageReturn {
  const image = shallowRef<PlacedImage | null>(null);
  const placing = shallowRef<string | null>(null);
  const error = shallowRef<string | null>(null);
  const dragging = shallowRef(false);
  let asked = 0;

  function letGo(): void {
    asked++;
    if (image.value !== null) URL.revokeObjectURL(image.value.url);
    image.value = null;
    placing.value = null;
    error.value = null;
  }

  async function place(file: File): Promise<void> {
    letGo();
    const question = asked;
    placing.value = file.name === '' ? 'pasted image' : file.name;
    try {
      const answer = await askForPlace(options.runId(), options.k(), file);
      if (question !== asked) return;
      image.value = describe(answer, placing.value, file);
      options.onPlaced(image.value);
    } catch (failure) {
      if (question === asked) error.value = failure instanceof Error ? failure.message : String(failure);
    } finally {
      if (question === asked) placing.value = null;
    }
  }

  function take(files: FileList | undefined): boolean {
    const file = [...(files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (file === undefined || !options.enabled()) return false;
    void place(file);
    return true;
  }
  const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  useEventListener(window, 'dragover', (event: DragEvent) => {
    if (!carriesFile(event) || !options.enabled()) return;
    event.preventDefault();
    dragging.value = true;
  });
  useEventListener(window, 'dragleave', (event: DragEvent) => {
    if (event.relatedTarget === null) dragging.value = false;
  });
  useEventListener(window, 'drop', (event: DragEvent) => {
    dragging.value = false;
    if (!carriesFile(event)) return;
    // Without this the browser would leave the page for the picture.
    event.preventDefault();
    if (!take(event.dataTransfer?.files) && options.enabled()) error.value = 'This file is not an image.';
  });
  useEventListener(window, 'paste', (event: ClipboardEvent) => {
    if (take(event.clipboardData?.files)) event.preventDefault();
  });
  onScopeDispose(letGo);

  return {
    image,
    placing,
    error,
    dragging,
    neighborPoints: computed(() => image.value?.neighborhood.onDisk.map(({ point }) => point) ?? []),
    missedPoints: computed(() => {
      const known = image.value?.neighborhood;
      return (known?.inEmbedding ?? []).map(({ point }) => point).filter((point) => !known!.shared.has(point));
    }),
    place,
    letGo,
  };
}

/** @throws Error with the server's sentence */
async function askForPlace(runId: string, k: number, file: Blob): Promise<PlacementAnswer> {
  const address = `/placements/${encodeURIComponent(runId)}?k=${k}`;
  const response = await fetch(address, {
    method: 'POST',
    body: file,
    headers: { 'content-type': 'application/octet-stream' },
  }).catch(() => {
    throw new Error('The server does not answer.');
  });
  const answer = (await response.json().catch(() => null)) as
    (PlacementAnswer & { errors?: readonly { message: string }[] }) | null;
  if (response.ok && answer !== null) return answer;
  throw new Error(answer?.errors?.[0]?.message ?? `The server refused the image (${response.status}).`);
}

function describe(answer: PlacementAnswer, name: string, file: Blob): PlacedImage {
  const onDisk = new Set(answer.nearestOnDisk.map(({ point }) => point));
  const shared = answer.nearestInEmbedding.map(({ point }) => point).filter((point) => onDisk.has(point));
  return {
    name,
    url: URL.createObjectURL(file),
    at: { x: answer.x, y: answer.y },
    model: answer.model,
    seconds: answer.seconds.embedding + answer.seconds.placing,
    neighborhood: {
      onDisk: answer.nearestOnDisk,
      inEmbedding: answer.nearestInEmbedding,
      shared: new Set(shared),
    },
  };
}
