#!/usr/bin/env bash
# A kind node image from a root file system and programs, with the control plane's images preloaded as `kind build node-image` does.
# Usage: image.sh IMAGE KUBERNETES_VERSION ROOTFS PROGRAM...     (programs by path: kube, coredns, pause, containerd, its shim, ctr, CNI plugins)
set -euo pipefail
image=$1 version=$2 root=$3
shift 3
declare -A program
for path in "$@"; do program[$(basename "$path")]=$path; done

context=$(mktemp -d)
builder=podwright-node-build
clean() {
  docker rm -f $builder >/dev/null 2>&1 || true
  rm -rf "$context"
}
trap clean EXIT
clean
mkdir -p "$context/kube"

for name in containerd containerd-shim-runc-v2 ctr; do install -m755 "${program[$name]}" "$root/usr/local/bin/"; done
for name in host-local loopback ptp portmap; do install -m755 "${program[$name]}" "$root/opt/cni/bin/"; done
"${program[ctr]}" oci spec |
  jq '.hooks.createContainer += [{path: "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' >"$root/etc/containerd/cri-base.json"

# One binary under many names; ADD of a tar keeps the links.
cp "${program[kube]}" "$context/kube/kube"
for name in kube-apiserver kube-controller-manager kube-scheduler etcd kube-proxy kubeadm kubelet kubectl; do ln -s kube "$context/kube/$name"; done
tar -C "$context/kube" -cf "$context/kube.tar" .
rm -r "$context/kube"
cp "${program[coredns]}" "${program[pause]}" "$context/"

build() { # IMAGE, DOCKERFILE, CONTEXT
  echo "building $1"
  printf '%s\n' "$2" >"$context/Dockerfile"
  docker build -q -t "$1" -f "$context/Dockerfile" "$3" >/dev/null
}
# The control plane shares one layer; the node and kube-proxy share the Debian one. The names are those kubeadm asks for.
registry=registry.k8s.io base=podwright.test/node-base kube=podwright.test/kube bare=podwright.test/node-bare
build $base "FROM scratch
ADD . /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=docker
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT [\"/usr/local/bin/entrypoint\",\"/sbin/init\"]" "$root"
build $kube "FROM scratch
ENV PATH=/usr/local/bin
ADD kube.tar /usr/local/bin/" "$context"
build $bare "FROM $base
ADD kube.tar /usr/bin/" "$context"
build $registry/kube-proxy:"$version" "FROM $base
ADD kube.tar /usr/local/bin/
ENTRYPOINT []" "$context"
build $registry/pause:3.10.2 'FROM scratch
COPY pause /pause
ENTRYPOINT ["/pause"]' "$context"
build $registry/coredns/coredns:v1.14.2 'FROM scratch
COPY coredns /coredns
ENTRYPOINT ["/coredns"]' "$context"
preloaded=("$registry/kube-proxy:$version" $registry/pause:3.10.2 $registry/coredns/coredns:v1.14.2 $registry/etcd:3.6.8-0)
docker tag $kube $registry/etcd:3.6.8-0
for name in kube-apiserver kube-controller-manager kube-scheduler; do
  docker tag $kube "$registry/$name:$version"
  preloaded+=("$registry/$name:$version")
done

echo 'preloading the images of the control plane'
docker run -d --name $builder --privileged --network none --entrypoint sleep $bare infinity >/dev/null
docker exec $builder bash -c 'containerd >/dev/null 2>&1 & for i in $(seq 100); do ctr version >/dev/null 2>&1 && exit; sleep .2; done; exit 1'
docker save "${preloaded[@]}" |
  docker exec -i $builder ctr --namespace=k8s.io images import --all-platforms --no-unpack --digests - >/dev/null
docker exec $builder bash -c 'kill $(pidof containerd); while pidof containerd >/dev/null; do sleep .1; done'
docker commit --change 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]' $builder "$image" >/dev/null
docker rm -f $builder >/dev/null
docker rmi "${preloaded[@]}" $kube $bare $base >/dev/null
