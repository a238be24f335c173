/**
 * What a file says that has no effect, or not the one that its author may think of: said, never passed over.
 *
 * @module
 */
import type { CloudConfig } from "../model/config.ts";
import { ofUsers, type Remark } from "./no_effect_users.ts";
import type { OSType, PackageManager } from "../model/ostype.ts";
import type { Values } from "../read/schema.ts";
import { unmountable } from "../sections/system/mounts.ts";
import { otherClient } from "../sections/system/ntp.ts";
import { UNSUPPORTED } from "../sections/unsupported.ts";

const NO_TIMEOUT =
  "This has no effect: the instance stops when all items are done, and waits for nothing else";
const NO_SEARCH = 'This is not supported and is ignored; "search" has the mirrors that are looked for';
const NO_RESOLVER = 'This has no effect without "manage_resolv_conf: true"';
const NO_NOISE = "This has no effect: what makes host keys says nothing";
const NO_PEERS = "This has no effect: systemd-timesyncd asks servers and does nothing else";

function ofMirrors({ apt = {} }: Values): Remark[] {
  return (["primary", "security"] as const).flatMap((kind) =>
    (apt[kind] ?? []).flatMap(({ search_dns: search }, index): Remark[] =>
      search ? [{ path: ["apt", kind, index, "search_dns"], message: NO_SEARCH }] : []
    )
  );
}

function ofClient({ ntp }: Values): Remark[] {
  const instead = otherClient(ntp);
  if (instead !== undefined) {
    const message = `"${ntp?.ntp_client}" is not supported: ${instead} is set up instead`;
    return [{ path: ["ntp", "ntp_client"], message }];
  }
  const { ntp_client: client, peers = [], allow = [], config } = ntp ?? {};
  if (client !== "systemd-timesyncd" || config?.template) return [];
  const given = [...(peers.length > 0 ? ["peers"] : []), ...(allow.length > 0 ? ["allow"] : [])];
  return given.map((key) => ({ path: ["ntp", key], message: NO_PEERS }));
}

/** What has no effect in a file, on whatever system. */
export function withoutEffect(values: Values, data: unknown): readonly Remark[] {
  const has = (key: string) => Object.hasOwn(data ?? {}, key);
  return [
    ...Object.entries(UNSUPPORTED).flatMap(([key, message]) => has(key) ? [{ path: [key], message }] : []),
    ...ofUsers(values, data),
    ...ofMirrors(values),
    ...ofClient(values),
    ...unmountable(values).map(({ index, why }) => ({
      path: ["mounts", index],
      message: `${why}; left out`,
    })),
    ...(values.power_state?.timeout === undefined
      ? []
      : [{ path: ["power_state", "timeout"], message: NO_TIMEOUT }]),
    ...(values.ssh_quiet_keygen === false ? [{ path: ["ssh_quiet_keygen"], message: NO_NOISE }] : []),
    ...(values.resolv_conf && !values.manage_resolv_conf
      ? [{ path: ["resolv_conf"], message: NO_RESOLVER }]
      : []),
  ];
}

/** Sections that are for the systems of one package manager. */
const OF_MANAGERS: Readonly<Record<"apt" | "apk_repos" | "yum_repos" | "zypper", PackageManager>> = {
  apt: "apt",
  apk_repos: "apk",
  yum_repos: "dnf",
  zypper: "zypper",
};

/** Sections that files have for other systems than this one, in a sentence each. */
export function leftOut(configs: readonly CloudConfig[], os: OSType): readonly string[] {
  return configs.flatMap(({ values, locate }) =>
    (["apt", "apk_repos", "yum_repos", "zypper"] as const).flatMap((key) => {
      if (values[key] === undefined || OF_MANAGERS[key] === os.packageManager) return [];
      const { file, line } = locate([key]);
      return [`"${key}" (${file}:${line}) is not for ${os.name} and is left out`];
    })
  );
}
