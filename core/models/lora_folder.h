#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tstitch {

/// A file of an adapter.
struct LoraFolderFile {
  std::filesystem::path path;
  /// The part of a model that its place says it is for, `unet.`, `text_encoder.`, `text_encoder_2.`: what diffusers
  /// puts before a tensor's name. Empty where the names have to say it.
  std::string prefix;
};

/// The files of the one LoRA that a folder holds: what diffusers or peft saves there (`pytorch_lora_weights`,
/// `adapter_model`), or a file of peft in each of the folders `unet`, `text_encoder` and `text_encoder_2` therein (or
/// in the one folder in these, where peft was given a name for the adapter). Empty for all other folders.
std::vector<LoraFolderFile> lora_folder_files(const std::filesystem::path& folder);

/// `file`, with its prefix where it is peft's for one part of a model.
LoraFolderFile lora_folder_file(const std::filesystem::path& file);

/// The folder whose files these are: the one that lora_folder_files() was asked about to find `file`.
std::filesystem::path lora_folder_of(const std::filesystem::path& file);

}  // namespace tstitch
