/**
 * The permissions of the programs, which `deno task permissions` writes into deno.json.
 *
 * @module
 */
import { DAEMONS } from "../../backends/daemons.ts";
import { LAUNCHER, PROGRAM_DIRECTORIES, PROGRAMS } from "../../lib/adapters/host/programs.ts";
import type { DaemonKind } from "../../lib/ports/mod.ts";

/** Files that lxops never reads. */
const SECRETS = ["/etc/gshadow", "/etc/shadow"] as const;

/** Names in directories whose files root, or its shell, runs or obeys later: lxops never writes there. */
const PROTECTED: Readonly<Record<string, string>> = {
  "/": "bin boot lib lib32 lib64 libx32 sbin sys",
  "/etc/":
    `alternatives anacrontab apparmor.d apt bash.bashrc cron.d cron.daily cron.hourly cron.monthly cron.weekly
    cron.yearly crontab dbus-1 dpkg environment group gshadow init.d inittab kernel ld.so.cache ld.so.conf ld.so.conf.d
    ld.so.preload logrotate.d modprobe.d modules modules-load.d network nsswitch.conf pam.d passwd polkit-1 profile
    profile.d rc.local rc0.d rc1.d rc2.d rc3.d rc4.d rc5.d rc6.d rcS.d security shadow ssh subgid subuid sudoers
    sudoers.d sysctl.conf sysctl.d systemd tmpfiles.d udev`,
  "/proc/": "sys sysrq-trigger",
  "/root/":
    `.bash_login .bash_logout .bash_profile .bashrc .config/systemd .local/bin .profile .ssh .zprofile .zshenv
    .zshrc`,
  "/run/": "systemd udev",
  "/usr/": "bin lib lib32 lib64 libexec libx32 sbin share/dbus-1 share/polkit-1",
  "/usr/local/": "bin lib lib32 lib64 libexec sbin",
  "/var/": "lib/dpkg spool/anacron spool/at spool/cron",
};

/**
 * Environment variables that lxops never reads or sets: with them, a program that it runs would run something else.
 * Others can be settings of a directory.
 */
const VARIABLES = ["DENO_*", "LD_*", "NODE_*"] as const;

/** Returns the permissions of the program of every daemon, as deno.json has them. */
export function permissions() {
  return {
    read: { allow: true, deny: SECRETS },
    write: {
      allow: true,
      deny: Object.entries(PROTECTED)
        .flatMap(([parent, names]) => names.split(/\s+/).map((name) => parent + name)).sort(),
    },
    net: true,
    env: { allow: true, deny: VARIABLES },
    sys: ["uid", "gid"],
    run: [
      ...PROGRAMS.flatMap((name) => PROGRAM_DIRECTORIES.map((directory) => `${directory}/${name}`)),
      LAUNCHER,
    ],
    ffi: false,
    import: false,
  };
}

/** Returns the text of deno.json with the permissions and the task of every daemon's program. */
export function withPermissions(text: string): string {
  const config = JSON.parse(text);
  const daemons = Object.entries<DaemonKind>(DAEMONS);
  const sets = daemons.map(([id]) => [id, permissions()]);
  config.permissions = { ...config.permissions, ...Object.fromEntries(sets) };
  for (const [id, { title, program }] of daemons) {
    config.tasks[program] = {
      description: `Run lxops for ${title} from source`,
      command: `deno run -q --no-prompt --cached-only -P=${id} backends/${id}.ts`,
    };
  }
  return `${JSON.stringify(config, null, 2)}\n`;
}

if (import.meta.main) {
  const file = new URL("../../deno.json", import.meta.url);
  await Deno.writeTextFile(file, withPermissions(await Deno.readTextFile(file)));
}
