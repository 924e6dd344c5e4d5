#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/option_reader.h"
#include "core/base/text.h"
#include "core/control/annotator.h"
#include "core/image/image_file.h"
#include "core/request/names.h"
#include "core/request/option_text.h"
#include "core/system/current_folder.h"

namespace tstitch::cli {

namespace {

struct AnnotateArguments {
  RunArguments run;
  std::string kind, input, output;
  std::optional<std::string> weights, low, high;
};

/// `canny|depth|...`
std::string kinds() {
  std::vector<std::string> names;
  for (const AnnotatorKind& kind : annotator_kinds()) names.emplace_back(name_of(kind.kind));
  return join(names, "|");
}

/// `depth: the folder of ..., pose: the file ...`
std::string kinds_with_weights() {
  std::vector<std::string> lines;
  for (const AnnotatorKind& kind : annotator_kinds()) {
    if (!kind.weights.empty()) lines.push_back(concat(name_of(kind.kind), ": ", kind.weights));
  }
  return join(lines, ", ");
}

ControlKind parse_kind(const std::string& text) {
  const auto kind = choice_named<ControlKind>(text);
  if (kind && *kind != ControlKind::Other) return *kind;
  throw UsageError(concat("\"", text, "\" is unknown, it takes ", kinds(), "."));
}

/// Throws UsageError that names the option.
AnnotatorChoice choice_of(const AnnotateArguments& arguments) {
  OptionReader reader;
  AnnotatorChoice choice;
  reader.attempt("KIND", [&] { choice.kind = parse_kind(arguments.kind); });
  const auto threshold = [&](const std::string& text) {
    if (choice.kind != ControlKind::Canny) throw UsageError(concat(arguments.kind, " has no thresholds."));
    return parse_number(text, {}, 0, kMostThreshold);
  };
  reader.read("--low", arguments.low, choice.thresholds.low, threshold);
  reader.read("--high", arguments.high, choice.thresholds.high, threshold);
  choice.weights = arguments.weights.value_or("");
  reader.finish();
  return choice;
}

/// Throws UsageError that names the option.
std::unique_ptr<Annotator> annotator_for(const AnnotatorChoice& choice) {
  OptionReader reader;
  std::unique_ptr<Annotator> annotator;
  reader.attempt("--weights", [&] { annotator = make_annotator(choice, {}); });
  reader.finish();
  return annotator;
}

/// The map that another engine makes, of the picture's own size.
Image map_of_engine(const AnnotateArguments& arguments, const AnnotatorChoice& choice) {
  const SignalStop stop;
  const EngineHost host = host_for(arguments.run, stop.token());
  const Image picture = read_picture(arguments.input).image;
  ControlChoice control;
  control.kind = choice.kind;
  control.thresholds = choice.thresholds;
  control.picture = {arguments.input, {}, absolute_path(arguments.input)};
  if (arguments.weights) control.annotator = ModelReference{*arguments.weights, {}, {}, *arguments.weights};
  Image map;
  OptionReader reader;
  reader.attempt("--weights", [&] {
    map = host.engine->control_map(control, {picture.width, picture.height}, stop.token());
  });
  reader.finish();
  return map;
}

ExitCode annotate(const AnnotateArguments& arguments) {
  const AnnotatorChoice choice = choice_of(arguments);
  const Image map = asks_another_engine(arguments.run)
                        ? map_of_engine(arguments, choice)
                        : annotator_for(choice)->map(read_picture(arguments.input).image, {});
  if (write_new_png(arguments.output, map, {}) == NewFile::NameTaken) {
    throw UsageError("there is a file of that name already.", arguments.output, "Choose another name.");
  }
  std::cout << arguments.output << '\n';
  return ExitCode::Done;
}

void text_option(CLI::App& app, const std::string& name, std::optional<std::string>& target, const std::string& help) {
  app.add_option_function<std::string>(
      name, [&target](const std::string& text) { target = text; }, help);
}

}  // namespace

Command add_annotate(CLI::App& program) {
  auto arguments = std::make_shared<AnnotateArguments>();
  CLI::App* app = program.add_subcommand("annotate", "make a control map from a picture");
  app->add_option("KIND", arguments->kind, kinds())->required();
  app->add_option("IN", arguments->input, "a PNG, JPEG or WebP file")->required();
  app->add_option("OUT", arguments->output, "the PNG file to write")->required();
  text_option(*app, "--weights", arguments->weights, concat("the annotator's weights; ", kinds_with_weights()));
  add_engine_options(*app, arguments->run);
  text_option(*app, "--low", arguments->low, "canny's lower threshold (default 100)");
  text_option(*app, "--high", arguments->high, "canny's upper threshold (default 200)");
  return [arguments] { return annotate(*arguments); };
}

}  // namespace tstitch::cli
