/**
 * The timer of connections, which keeps the process running no longer than it is wanted.
 *
 * @module
 */
export { after } from "../../base/time/timer.ts";
