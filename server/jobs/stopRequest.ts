import { InterruptedError } from '../errors.ts';

/**
 * `shutdown` leaves the status as it is, so that another process or the next start goes on with the run; `lost` means
 * that another process does already.
 */
export type StopReason = 'pause' | 'cancel' | 'delete' | 'shutdown' | 'lost';

/** The reason of the AbortSignal that stops the work on a run. */
export class StopRequest extends InterruptedError {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`the work was stopped (${reason})`);
    this.reason = reason;
  }
}
