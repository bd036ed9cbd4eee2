#!/usr/bin/env bash
# A kind node's root file system: Debian 12 (its systemd 252 still runs on cgroup v1) and the base files of kind's module.
# Usage: rootfs.sh DIRECTORY KUBERNETES_VERSION DEBIAN_MIRROR KIND_BASE_FILES CNI_MANIFEST
set -euo pipefail
root=$1 version=$2 mirror=$3 kind_files=$4 cni=$5

packages=systemd,conntrack,iptables,nftables,iproute2,ethtool,kmod,libseccomp2,pigz,ca-certificates,jq,procps,runc,curl
debootstrap --variant=minbase --include=$packages bookworm "$root" "$mirror"

cp -r --no-preserve=mode,ownership "$kind_files/." "$root/"
chmod 755 "$root/usr/local/bin/"{entrypoint,clean-install} "$root/kind" "$root/kind/bin" "$root"/kind/bin/*

# A container's systemd: none of the units that care for hardware.
units=$root/lib/systemd/system enabled=$root/etc/systemd/system
rm -f "$units"/sysinit.target.wants/systemd-tmpfiles-setup.service "$units"/multi-user.target.wants/* "$enabled"/*.wants/* \
  "$units"/local-fs.target.wants/* "$units"/sockets.target.wants/*{udev,initctl}* "$units"/basic.target.wants/*
echo ReadKMsg=no >>"$root/etc/systemd/journald.conf"
ln -sf /usr/lib/systemd/systemd "$root/sbin/init"
ln -sf /usr/sbin/runc "$root/usr/local/sbin/runc"

mkdir -p "$root/etc/kubernetes/manifests" "$root/opt/cni/bin" "$root/kind/manifests"
# The pause image's name is kubeadm's; without CAP_SYS_RESOURCE an OOM score cannot be lowered.
sed -i 's#pause:3.10"#pause:3.10.2"#; s/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' "$root/etc/containerd/config.toml"
echo "$version" >"$root/kind/version"
install -m644 "$cni" "$root/kind/manifests/default-cni.yaml"
# kind applies a storage manifest; an object without effect leaves the cluster without a default StorageClass.
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: no-storage, namespace: kube-system}\n' >"$root/kind/manifests/default-storage.yaml"

chroot "$root" systemctl -q enable kubelet.service containerd.service undo-mount-hacks.service
chroot "$root" systemctl -q mask systemd-binfmt.service
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/*
