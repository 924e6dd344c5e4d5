#!/bin/bash
# All stages of the training, one after the other. A finished stage is not done again; one that was broken off goes on.
#
#   ./train.sh FOLDER WORK [AUTOENCODER]
#
# FOLDER holds the artwork packages, WORK takes what is made. AUTOENCODER, a folder of an auto-encoder of factor 4 with the
# channels 24,64,128, is grown to factor 8; without one the auto-encoder is trained from nothing, which takes an hour.
set -e
sources=$1 work=$2 old=$3
[ -n "$work" ] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work/done"
export OMP_WAIT_POLICY=PASSIVE

stage() { # NAME SCRIPT ARGUMENTS...: once
  local name=$1 script=$2
  [ -e "$work/done/$name" ] && return
  echo "$name"
  ${PYTHON:-python3} "$here/$script" "${@:3}"
  touch "$work/done/$name"
}

pause=(--pause "$work/pause")
vae=(--data "$work/data" --out "$work/vae" --batch 8 --crop 96 --augment 0.1 "${pause[@]}")
unet=(--data "$work/data" --vae "$work/vae/vae" --styles 3d,flat --batch 48 "${pause[@]}")

stage data prepare_data.py --sources "$sources" --preset "$here/../concepts.txt" --out "$work/data"
stage classifier classifier.py --data "$work/data" --out "$work/classifier.pt" --steps 1000 "${pause[@]}"
if [ -n "$old" ]; then
  stage grow grow_vae.py --data "$work/data" --old "$old" --out "$work/vae" --steps 450 "${pause[@]}"
  stage vae1 train_vae.py "${vae[@]}" --steps 300 --lr 6e-4 --kl 2e-4 --keep-outer
else
  stage vae1 train_vae.py "${vae[@]}" --steps 3000 --lr 1e-3 --kl 2e-4 --augment 0.4
fi
first=$([ -n "$old" ] && echo 300 || echo 3000)
stage vae2 train_vae.py "${vae[@]}" --from-step "$first" --steps $((first + 500)) --lr 4e-4 --kl 2e-4
stage vae_finish train_vae.py "${vae[@]}" --finish # the latents stay as they are from here on
stage polish train_vae.py "${vae[@]}" --from-step $((first + 500)) --steps $((first + 1700)) --lr 5e-4 --decoder-only --latent-noise 0.15
stage polish_finish train_vae.py "${vae[@]}" --export
stage large train_unet.py "${unet[@]}" --role large --out "$work/large" --steps 1240 --decay-from 0.84 --lr 1e-3 --ema 0.99
stage small train_unet.py "${unet[@]}" --role small --out "$work/small" --steps 1150 --decay-from 0.75 --lr 1.5e-3 --ema 0.99 \
  --text "$work/large/text_encoder"
stage judge judge.py --large "$work/large/unet" --small "$work/small/unet" --vae "$work/vae/vae" --text "$work/large/text_encoder" \
  --tokenizer "$work/data/tokenizer" --net "$work/classifier.pt" --ratios 0,40,100 --out "$work/judged" "${pause[@]}"
