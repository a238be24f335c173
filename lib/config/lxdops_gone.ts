/**
 * The keys of lxdops without a successor in lxops, with advice.
 *
 * @module
 */

/** The replacement of each key, as the end of a sentence. */
export const GONE: Readonly<Record<string, string>> = {
  container: "instances are named by their file or by --name",
  "profile-config": "put these keys in a profile, and name it in profiles",
  "profiles-config": "there is one list of profiles",
  "profiles-run": "there is one list of profiles",
  "source-filesystems": "use source-config",
  repositories: "write them with write_files in a cloud-config file",
  require: "files that must exist on the host are not checked any more",
  pull: "files are not pulled from instances any more",
  passwords: "random passwords are not set any more; users are made without one",
  stop: "stop the instance with its client",
  snapshot: 'use the "snapshot" command',
};
