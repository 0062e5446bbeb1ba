import { InterruptedError } from '../errors.ts';

/** `shutdown` leaves the status as it is, so that the next start of the server goes on with the run. */
export type StopReason = 'pause' | 'cancel' | 'delete' | 'shutdown';

/** The reason of the AbortSignal that stops the work on a run. */
export class StopRequest extends InterruptedError {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`the run was stopped (${reason})`);
    this.reason = reason;
  }
}
