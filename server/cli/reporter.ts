import cliProgress from 'cli-progress';

export interface ProgressUpdate {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

const PLAIN_LINE_INTERVAL_MS = 2000;

/**
 * What a command tells the person at the terminal. Progress goes to stderr, a bar on a terminal and plain lines
 * elsewhere; the result goes to stdout, as readable lines or, with `--json`, as one JSON object.
 */
export class Reporter {
  readonly #json: boolean;
  readonly #bar: cliProgress.SingleBar | null;
  #barStage: string | null = null;
  #stage = '';
  #stageStarted = 0;
  #lastPlainLine = 0;

  constructor(options: { readonly json: boolean }) {
    this.#json = options.json;
    this.#bar = process.stderr.isTTY
      ? new cliProgress.SingleBar({
          stream: process.stderr,
          format: '{stage} {bar} {value}/{total} {unit} · {rate}/s · {eta_formatted} left',
          hideCursor: true,
          clearOnComplete: true,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          etaBuffer: 50,
        })
      : null;
  }

  /** One line about what happens, on stderr. */
  note(line: string): void {
    this.#finishBar();
    process.stderr.write(`${line}\n`);
  }

  progress(stage: string, update: ProgressUpdate): void {
    if (stage !== this.#stage) {
      this.#finishBar();
      this.#stage = stage;
      this.#stageStarted = performance.now();
      this.#lastPlainLine = 0;
    }
    const rate = this.#rate(update.done);
    if (this.#bar !== null) this.#showBar(stage, update, rate);
    else this.#showLine(stage, update, rate);
  }

  /** The command's result, on stdout: `data` with `--json`, else the lines. */
  result(data: object, lines: readonly string[]): void {
    this.#finishBar();
    process.stdout.write(this.#json ? `${JSON.stringify(data)}\n` : lines.map((line) => `${line}\n`).join(''));
  }

  close(): void {
    this.#finishBar();
  }

  #rate(done: number): string {
    const seconds = (performance.now() - this.#stageStarted) / 1000;
    return seconds < 0.2 ? '–' : String(Math.round(done / seconds));
  }

  #showBar(stage: string, update: ProgressUpdate, rate: string): void {
    const payload = { stage: stage.padEnd(14), unit: update.unit, rate };
    if (this.#barStage !== stage) {
      this.#bar!.start(update.total, update.done, payload);
      this.#barStage = stage;
    }
    this.#bar!.update(update.done, payload);
  }

  #showLine(stage: string, update: ProgressUpdate, rate: string): void {
    const now = performance.now();
    const finished = update.done >= update.total;
    if (!finished && this.#lastPlainLine !== 0 && now - this.#lastPlainLine < PLAIN_LINE_INTERVAL_MS) return;
    this.#lastPlainLine = now;
    process.stderr.write(`${stage}: ${update.done} of ${update.total} ${update.unit} (${rate}/s)\n`);
  }

  #finishBar(): void {
    if (this.#barStage === null) return;
    this.#bar!.stop();
    this.#barStage = null;
  }
}
