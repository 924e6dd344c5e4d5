#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/commands.h"
#include "core/base/text.h"
#include "core/control/canny.h"
#include "core/control/network_annotators.h"
#include "core/image/image_file.h"
#include "core/request/names.h"
#include "core/request/option_text.h"

namespace tstitch::cli {

namespace {

struct AnnotateArguments {
  std::string kind, input, output;
  std::optional<std::string> weights, low, high;
};

constexpr const char* kKinds = "canny|depth|pose|softedge|lineart";

Image edges_of(const Image& picture, const AnnotateArguments& arguments) {
  if (arguments.weights) throw UsageError("canny has no weights.", "--weights", "Leave the option out.");
  constexpr double kMost = 10000;
  CannyThresholds thresholds;
  if (arguments.low) thresholds.low = parse_number(*arguments.low, "--low", 0, kMost);
  if (arguments.high) thresholds.high = parse_number(*arguments.high, "--high", 0, kMost);
  return canny_map(picture, thresholds);
}

Image network_map(ControlKind kind, const Image& picture, const AnnotateArguments& arguments) {
  if (arguments.low || arguments.high) {
    throw UsageError(concat(name_of(kind), " has no thresholds."), arguments.low ? "--low" : "--high",
                     "Leave the option out.");
  }
  if (!arguments.weights) {
    throw UsageError(concat(name_of(kind), " needs the annotator's weights."), "--weights",
                     kind == ControlKind::Depth ? "Give the folder of DPT-hybrid or Depth Anything V2."
                                                : "Give the annotator's file.");
  }
  return make_annotator(kind, *arguments.weights, {})->map(picture, {});
}

ExitCode annotate(const AnnotateArguments& arguments) {
  const auto kind = choice_named<ControlKind>(arguments.kind);
  if (!kind || *kind == ControlKind::Other) {
    throw UsageError(concat("\"", arguments.kind, "\" is unknown, it takes ", kKinds, "."), "KIND");
  }
  const Image picture = read_picture(arguments.input).image;
  const Image map = *kind == ControlKind::Canny ? edges_of(picture, arguments) : network_map(*kind, picture, arguments);
  if (write_new_png(arguments.output, map, {}) == NewFile::NameTaken) {
    throw UsageError("there is a file of that name already.", arguments.output, "Choose another name.");
  }
  std::cout << arguments.output << '\n';
  return ExitCode::Done;
}

}  // namespace

Command add_annotate(CLI::App& program) {
  auto arguments = std::make_shared<AnnotateArguments>();
  CLI::App* app = program.add_subcommand("annotate", "make a control map from a picture");
  app->add_option("KIND", arguments->kind, kKinds)->required();
  app->add_option("IN", arguments->input, "a PNG, JPEG or WebP file")->required();
  app->add_option("OUT", arguments->output, "the PNG file to write")->required();
  app->add_option_function<std::string>(
         "--weights", [arguments](const std::string& text) { arguments->weights = text; },
         "the annotator's weights: a folder for depth (DPT-hybrid, Depth Anything V2), a file for the others")
      ->type_name("PATH");
  app->add_option_function<std::string>(
      "--low", [arguments](const std::string& text) { arguments->low = text; },
      "canny's lower threshold (default 100)");
  app->add_option_function<std::string>(
      "--high", [arguments](const std::string& text) { arguments->high = text; },
      "canny's upper threshold (default 200)");
  return [arguments] { return annotate(*arguments); };
}

}  // namespace tstitch::cli
