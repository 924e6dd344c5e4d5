#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// What the classes of a model are called, in the order of its labels; several names of one class are separated by
/// ", ": "red panda, lesser panda".
using ClassNames = std::vector<std::string>;

/// The 1000 classes of ImageNet (ILSVRC 2012) in the words of WordNet 3.0.
const ClassNames& imagenet_class_names();

/// The names of one class, one by one.
std::vector<std::string> split_class_names(std::string_view names);

/// A class by its number, or by exactly one of its names (upper and lower case of ASCII are the same). Throws
/// UsageError for a number that is not below `count`, a name that no class has (telling some that contain it) or that
/// several have (telling their numbers).
int parse_class(std::string_view text, int count, const ClassNames& names);

/// `207,golden retriever,88`.
std::vector<int> parse_class_list(std::string_view text, int count, const ClassNames& names);

}  // namespace tstitch
