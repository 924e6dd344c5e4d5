#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/commands.h"
#include "core/control/canny.h"
#include "core/image/image_file.h"
#include "core/request/option_text.h"

namespace tstitch::cli {

namespace {

struct AnnotateArguments {
  std::string kind, input, output;
  std::optional<std::string> low, high;
};

ExitCode annotate(const AnnotateArguments& arguments) {
  if (arguments.kind != "canny") {
    throw UsageError("\"" + arguments.kind + "\" is unknown, it takes canny.", "KIND");
  }
  constexpr double kMost = 10000;
  CannyThresholds thresholds;
  if (arguments.low) thresholds.low = parse_number(*arguments.low, "--low", 0, kMost);
  if (arguments.high) thresholds.high = parse_number(*arguments.high, "--high", 0, kMost);
  const Image map = canny_map(read_picture(arguments.input).image, thresholds);
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
  app->add_option("KIND", arguments->kind, "canny")->required();
  app->add_option("IN", arguments->input, "a PNG, JPEG or WebP file")->required();
  app->add_option("OUT", arguments->output, "the PNG file to write")->required();
  app->add_option_function<std::string>(
      "--low", [arguments](const std::string& text) { arguments->low = text; }, "lower threshold (default 100)");
  app->add_option_function<std::string>(
      "--high", [arguments](const std::string& text) { arguments->high = text; }, "upper threshold (default 200)");
  return [arguments] { return annotate(*arguments); };
}

}  // namespace tstitch::cli
