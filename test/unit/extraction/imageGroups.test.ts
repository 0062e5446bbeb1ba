import { describe, expect, it } from 'vitest';
import { readImageGroups, type ImageGroup } from '../../../server/extraction/imageGroups.ts';
import { memoryDataset, patternImage } from '../../support/memoryDataset.ts';

const indices = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i * 2);

describe('readImageGroups', () => {
  it('gives all images once, in order, in groups of the asked size', async () => {
    const dataset = memoryDataset({ size: 50, image: (index) => patternImage(index, 2, 2) });
    const groups: ImageGroup[] = [];
    for await (const group of readImageGroups(dataset, indices(23), { images: 10, bytes: 1e6, readAhead: 4 })) {
      groups.push(group);
    }
    expect(groups.map(({ images }) => images.length)).toEqual([10, 10, 3]);
    expect(groups.flatMap(({ imageIndices }) => [...imageIndices])).toEqual([...indices(23)]);
    expect(groups[1].images[0].data).toEqual(patternImage(20, 2, 2).data);
  });

  it('closes a group early when its images are large', async () => {
    const dataset = memoryDataset({ size: 9, image: (index) => patternImage(index, 10, 10) });
    const lengths: number[] = [];
    for await (const { images } of readImageGroups(dataset, indices(4), { images: 10, bytes: 500, readAhead: 2 })) {
      lengths.push(images.length);
    }
    expect(lengths).toEqual([2, 2]);
  });

  it('reads no further ahead than it may while nobody asks for more', async () => {
    let read = 0;
    const dataset = memoryDataset({
      size: 1000,
      image: (index) => {
        read++;
        return patternImage(index, 2, 2);
      },
    });
    const groups = readImageGroups(dataset, indices(400), { images: 10, bytes: 1e6, readAhead: 5 });
    await groups.next();
    expect(read).toBeLessThanOrEqual(15);
    await groups.next();
    expect(read).toBeLessThanOrEqual(25);
    await groups.return();
  });

  it('copies pixels, so that giving the buffers away does not harm the data set', async () => {
    const own = patternImage(1, 2, 2);
    const dataset = memoryDataset({ size: 1, image: () => own });
    for await (const { images } of readImageGroups(dataset, indices(1), { images: 1, bytes: 1e6, readAhead: 1 })) {
      expect(images[0].data.buffer).not.toBe(own.data.buffer);
      expect(images[0].data).toEqual(own.data);
    }
  });

  it('passes on the reason why an image cannot be read, after the groups before it', async () => {
    const dataset = memoryDataset({
      size: 100,
      image: (index) => {
        if (index === 24) throw new Error('image 24 is broken');
        return patternImage(index, 2, 2);
      },
    });
    const groups = readImageGroups(dataset, indices(20), { images: 5, bytes: 1e6, readAhead: 8 });
    await groups.next();
    await groups.next();
    await expect(groups.next()).rejects.toThrow('image 24 is broken');
  });
});
