/**
 * The keys that cloud-init's own schema of its files has, versions 22.4 and 26.2: facts of its format.
 *
 * @module
 */

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Keys at the top of a file. */
export const TOP: readonly string[] = words(`
  allow_public_ssh_keys ansible apk_repos apt apt_pipelining apt_reboot_if_required apt_update
  apt_upgrade authkey_hash autoinstall bootcmd byobu_by_default ca-certs ca_certs chef chpasswd
  cloud_config_modules cloud_final_modules cloud_init_modules create_hostname_file device_aliases
  disable_ec2_metadata disable_root disable_root_opts disk_setup drivers fan final_message fqdn
  fs_setup groups growpart grub-dpkg grub_dpkg hostname keyboard landscape launch-index locale
  locale_configfile lxd manage_etc_hosts manage_resolv_conf mcollective merge_how merge_type migrate
  mount_default_fields mounts no_ssh_fingerprints ntp output package_reboot_if_required package_update
  package_upgrade packages password phone_home power_state prefer_fqdn_over_hostname preserve_hostname
  puppet random_seed reporting resize_rootfs resolv_conf rh_subscription rpi rsyslog runcmd
  salt_minion snap spacewalk ssh ssh_authorized_keys ssh_deletekeys ssh_fp_console_blacklist
  ssh_genkeytypes ssh_import_id ssh_key_console_blacklist ssh_keys ssh_publish_hostkeys ssh_pwauth
  ssh_quiet_keygen swap system_info timezone ubuntu_advantage ubuntu_pro updates user users
  vendor_data wireguard write_files yum_repo_dir yum_repos zypper
`);

/** Keys below those at the top that lxops applies; `[]` is an item of a list, `*` a name that the file gives. */
export const BELOW: readonly string[] = words(`
  apk_repos/alpine_repo/base_url apk_repos/alpine_repo/community_enabled
  apk_repos/alpine_repo/testing_enabled apk_repos/alpine_repo/version apk_repos/local_repo_base_url
  apk_repos/preserve_repositories apt/add_apt_repo_match apt/conf apt/debconf_selections
  apt/disable_suites apt/ftp_proxy apt/generate_mirrorlists apt/http_proxy apt/https_proxy
  apt/preserve_sources_list apt/primary/[]/arches apt/primary/[]/key apt/primary/[]/keyid
  apt/primary/[]/keyserver apt/primary/[]/search apt/primary/[]/search_dns apt/primary/[]/uri
  apt/proxy apt/security/[]/arches apt/security/[]/key apt/security/[]/keyid apt/security/[]/keyserver
  apt/security/[]/search apt/security/[]/search_dns apt/security/[]/uri apt/sources/*/append
  apt/sources/*/filename apt/sources/*/key apt/sources/*/keyid apt/sources/*/keyserver
  apt/sources/*/source apt/sources_list ca-certs/remove_defaults ca-certs/trusted
  ca_certs/remove_defaults ca_certs/trusted chpasswd/expire chpasswd/list chpasswd/users/[]/name
  chpasswd/users/[]/password chpasswd/users/[]/type keyboard/layout keyboard/model keyboard/options
  keyboard/variant ntp/allow ntp/config/check_exe ntp/config/confpath ntp/config/packages
  ntp/config/service_name ntp/config/template ntp/enabled ntp/ntp_client ntp/peers ntp/pools
  ntp/servers packages/[]/apt packages/[]/snap power_state/condition power_state/delay
  power_state/message power_state/mode power_state/timeout resolv_conf/domain resolv_conf/nameservers
  resolv_conf/options resolv_conf/searchdomains resolv_conf/sortlist snap/assertions snap/commands
  user/create_groups user/doas user/expiredate user/gecos user/groups user/hashed_passwd user/homedir
  user/inactive user/lock_passwd user/name user/no_create_home user/no_log_init user/no_user_group
  user/passwd user/plain_text_passwd user/primary_group user/selinux_user user/shell user/snapuser
  user/ssh_authorized_keys user/ssh_import_id user/ssh_redirect_user user/sudo user/system user/uid
  users/[]/create_groups users/[]/doas users/[]/expiredate users/[]/gecos users/[]/groups
  users/[]/hashed_passwd users/[]/homedir users/[]/inactive users/[]/lock_passwd users/[]/name
  users/[]/no_create_home users/[]/no_log_init users/[]/no_user_group users/[]/passwd
  users/[]/plain_text_passwd users/[]/primary_group users/[]/selinux_user users/[]/shell
  users/[]/snapuser users/[]/ssh_authorized_keys users/[]/ssh_import_id users/[]/ssh_redirect_user
  users/[]/sudo users/[]/system users/[]/uid write_files/[]/append write_files/[]/content
  write_files/[]/defer write_files/[]/encoding write_files/[]/owner write_files/[]/path
  write_files/[]/permissions write_files/[]/source/headers write_files/[]/source/uri
  yum_repos/*/baseurl yum_repos/*/enabled yum_repos/*/metalink yum_repos/*/mirrorlist yum_repos/*/name
  zypper/config zypper/repos/[]/baseurl zypper/repos/[]/id
`);

/** Other spellings of these, with dashes. */
export const DASHED: readonly string[] = words(`
  ca-certs/remove-defaults ca_certs/remove-defaults user/create-groups user/hashed-passwd
  user/lock-passwd user/no-create-home user/no-log-init user/no-user-group user/plain-text-passwd
  user/primary-group user/selinux-user user/ssh-authorized-keys user/ssh-import-id
  user/ssh-redirect-user users/[]/create-groups users/[]/hashed-passwd users/[]/lock-passwd
  users/[]/no-create-home users/[]/no-log-init users/[]/no-user-group users/[]/plain-text-passwd
  users/[]/primary-group users/[]/selinux-user users/[]/ssh-authorized-keys users/[]/ssh-import-id
  users/[]/ssh-redirect-user
`);
