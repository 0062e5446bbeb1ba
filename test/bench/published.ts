/**
 * Figures of other methods on the same 10,000 and 60,000 feature vectors, measured once with their own programs on one
 * machine of two AVX-512 cores; they do not install from the npm registry. Null was not measured.
 */
export const PUBLISHED = [
  published('hyperbolic t-SNE, Skrodzki et al. 2024, θ 0.5', 2_000, 45, 0.295, 0.968, 0.927),
  published('PoincaréMaps, Klimovskaia et al. 2020 (stopped at 60 s)', 2_000, 60, 0.31, 0.958, 0.968),
  published('hyperbolic t-SNE, Skrodzki et al. 2024, θ 0.5', 10_000, 235, 0.189, 0.973, 0.947),
  published('umap-learn 0.5.3 hyperboloid', 10_000, 67, 0.164, 0.959, 0.962),
  published('umap-learn 0.5.3 flat', 10_000, 24, 0.18, 0.963, 0.968),
  published('scikit-learn t-SNE flat, 1000 iterations', 10_000, 81, 0.338, 0.987, 0.963),
  published('hyperbolic t-SNE, Skrodzki et al. 2024 (6.1 s an iteration, 1000)', 60_000, 6_100, null, null, null),
];

function published(
  method: string,
  points: number,
  seconds: number,
  recallAt15: number | null,
  trustworthinessAt15: number | null,
  continuityAt15: number | null,
) {
  return { method, points, seconds, recallAt15, trustworthinessAt15, continuityAt15 };
}
