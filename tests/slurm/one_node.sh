#!/usr/bin/env bash
# Slurm on this machine alone: controller, node daemon and munge from the Debian packages (slurmctld, slurmd,
# slurm-client, munge), without systemd, database and control groups.
#
#   one_node.sh start FOLDER    configuration, key, sockets, state and logs live in FOLDER
#   one_node.sh stop FOLDER     ends what waits and what runs, stops the three daemons, removes the link below
#
# The jobs of Snakemake's executor lose SLURM_CONF before they call srun, so the configuration must also be found at the
# usual place: /etc/slurm/slurm.conf is a link into FOLDER while this runs. Refuses to start where one is already there.
set -euo pipefail
action=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
usual=/etc/slurm
host=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf

configure() {
  mkdir -p "$folder"/{state,spool,log}
  (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
  local megabytes
  megabytes=$(awk '/MemTotal/ {print int($2 / 1024) - 256}' /proc/meminfo)
  cat >"$folder/slurm.conf" <<CONF
ClusterName=alone
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16917
SlurmdPort=16918
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
MpiDefault=none
ReturnToService=2
# finished jobs stay visible to squeue, which is all there is without a database
MinJobAge=3600
# long enough for a busy machine to write a checkpoint
KillWait=120
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc --all) RealMemory=$megabytes State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' >"$folder/cgroup.conf"
}

start() {
  if [ -e $usual/slurm.conf ]; then
    echo "there is a Slurm already: $usual/slurm.conf" >&2
    exit 3
  fi
  configure
  mkdir -p $usual
  ln -sfn "$folder/slurm.conf" $usual/slurm.conf
  ln -sfn "$folder/cgroup.conf" $usual/cgroup.conf
  munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --seed-file="$folder/munge.seed" --log-file="$folder/log/munged.log"
  slurmctld -c
  slurmd -c
  for _ in $(seq 150); do
    case $(sinfo --noheader --format=%T 2>/dev/null || true) in
      idle*) sinfo; return ;;
    esac
    sleep 0.2
  done
  echo "Slurm did not come up:" >&2
  tail -n 5 "$folder"/log/*.log >&2
  stop
  exit 1
}

# At once, with no time to save anything: what runs would outlive the daemons.
end_jobs() {
  [ -s "$folder/slurmctld.pid" ] && squeue >/dev/null 2>&1 || return 0
  scancel --user=root --state=PENDING || true
  for _ in $(seq 150); do
    [ -n "$(squeue --noheader --states=PENDING,RUNNING,COMPLETING,CONFIGURING)" ] || return 0
    scancel --quiet --user=root --state=RUNNING --full --signal=KILL || true
    sleep 0.2
  done
  echo "still running:" >&2
  squeue >&2
}

stop() {
  end_jobs
  for daemon in slurmd slurmctld munged; do
    [ -s "$folder/$daemon.pid" ] || continue
    pid=$(cat "$folder/$daemon.pid")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  done
  for link in slurm.conf cgroup.conf; do
    if [ "$(readlink $usual/$link || true)" = "$folder/$link" ]; then rm -f $usual/$link; fi
  done
}

case $action in
  start | stop) $action ;;
  *) echo "usage: $0 start|stop FOLDER" >&2; exit 2 ;;
esac
