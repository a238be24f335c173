/**
 * `ci`: the commands that CI systems call.
 *
 * @module
 */
import { group } from "../../command/command.ts";
import { doctor } from "./doctor.ts";
import { falk } from "./falk.ts";
import { garm } from "./garm.ts";
import { gitlab } from "./gitlab.ts";

/** `lxops ci`. */
export const ci = group("ci", "Run jobs of GitLab, garm and other CI systems in instances", [
  gitlab,
  garm,
  falk,
  doctor,
]);
