/**
 * Findings about certificates, and about the clock that they depend on.
 *
 * @module
 */
import { type Validity, validityOf } from "./certificate.ts";
import { quote } from "../../base/shell.ts";
import { type CertificateFacts, type Facts, foundOf } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";

const DAY = 86_400_000;

/** Days before the end of a certificate from which on it is a finding. */
const SOON_DAYS = 30;

/** Smallest difference between two clocks that is a finding, in seconds. */
const APART_SECONDS = 30;

/** A time before every release of lxops. */
const BEFORE_LXOPS = Date.UTC(2025, 0, 1);

/** Judges certificates. */
export function remoteFindings(facts: Facts): readonly Finding[] {
  const own = foundOf(facts.daemon?.server)?.certificate;
  return inArea("remotes", [
    ...(foundOf(facts.certificates) ?? []).map((one) => certificate(one, facts)),
    own ? ofDaemon(own, facts) : undefined,
  ]);
}

function state(validity: Validity | undefined, now: number): "broken" | "early" | "over" | "soon" | "good" {
  if (!validity) return "broken";
  if (now < validity.from) return "early";
  if (now > validity.until) return "over";
  return validity.until - now < SOON_DAYS * DAY ? "soon" : "good";
}

/** Returns a time as a day. */
function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function certificate({ file, server, text }: CertificateFacts, { now }: Facts): Found | undefined {
  const validity = validityOf(text);
  const how = state(validity, now);
  if (how === "good") return undefined;
  const whose = server === undefined
    ? `Your certificate "${file}"`
    : `The certificate of remote "${server}", "${file}",`;
  const cure = server === undefined
    ? [`mv ${quote(file)} ${quote(`${file}.old`)}`, "lxops remote add NAME TOKEN"]
    : [`lxops remote remove ${quote(server)}`, `lxops remote add ${quote(server)} TOKEN`];
  const what = how === "broken"
    ? `${whose} is no certificate in PEM`
    : how === "early"
    ? `${whose} is valid from ${day(validity!.from)} on, which this machine's clock has not reached`
    : `${whose} ${how === "over" ? "ran out on" : "runs out on"} ${day(validity!.until)}`;
  return {
    id: how === "early" ? "certificate-early" : how === "broken" ? "certificate-broken" : "certificate-ends",
    severity: how === "soon" ? "warning" : "error",
    what,
    why: "a remote over HTTPS cannot be used without a valid certificate on both sides",
    cure: how === "early" ? ["date"] : cure,
  };
}

function ofDaemon(text: string, { now, backend, remote }: Facts): Found | undefined {
  const validity = validityOf(text);
  const how = state(validity, now);
  if (!validity || how === "good" || how === "early") return undefined;
  const whose = remote === "local" ? `${backend.title} on this machine` : `remote "${remote}"`;
  return {
    id: "server-certificate-ends",
    severity: "warning",
    what: `The certificate of ${whose} ${how === "over" ? "ran out on" : "runs out on"} ${
      day(validity.until)
    }`,
    why: "clients on other machines that trust it need the next one",
    cure: [`${backend.client} config trust list`, `sudo systemctl restart ${backend.service}`],
  };
}

/** Judges the clock. */
export function clockFindings({ now, daemonNow, backend, remote }: Facts): readonly Finding[] {
  const cure = ["sudo timedatectl set-ntp true", "timedatectl"];
  if (now < BEFORE_LXOPS) {
    return inArea("clock", [{
      id: "clock-wrong",
      severity: "error",
      what: `The clock of this machine says ${day(now)}`,
      why: "certificates are not valid yet, and new files count as old",
      cure,
    }]);
  }
  const apart = daemonNow === undefined ? 0 : Math.round(Math.abs(now - daemonNow) / 1000);
  if (apart <= APART_SECONDS) return [];
  const whose = remote === "local" ? backend.title : `remote "${remote}"`;
  return inArea("clock", [{
    id: "clock-apart",
    severity: "error",
    what: `The clocks of lxops and of ${whose} are ${apart} s apart`,
    why: "ages, expiries of snapshots, and leases of instance pools are wrong by as much",
    cure,
  }]);
}
