/**
 * The error of a request about an instance that does not exist, with the nearest name that does.
 *
 * @module
 */
import { type LxopsError, ServerError } from "../../base/errors.ts";
import { missingInstance, type Place } from "./operands.ts";

/** Returns an error, in the place of one that says that the instance does not exist, with the nearest name. */
export async function withNearest(error: LxopsError, place: Place): Promise<LxopsError> {
  const isMissing = error instanceof ServerError && error.status === 404 &&
    error.message.startsWith("There is no instance ");
  return isMissing ? await missingInstance(place) : error;
}
