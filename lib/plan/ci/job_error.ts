/**
 * The error about what a job asks for.
 *
 * @module
 */
import { EXIT, LxopsError } from "../../base/errors.ts";

/** A job asks for what it may not have, or for what cannot be: its author has to change it, and a retry does not help. */
export class JobError extends LxopsError {
  override readonly exitCode = EXIT.state;
}
