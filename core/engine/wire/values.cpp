#include "core/engine/wire/values.h"

#include <bit>
#include <cstring>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch::wire {

namespace {

static_assert(std::endian::native == std::endian::little, "tensors cross as they lie in memory");

constexpr std::uint64_t kMostSide = 1U << 20U;

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

template <class Number>
std::vector<Number> numbers_in(const std::string& bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
  return numbers;
}

/// Where models and pictures lie, in the order of the request: the only texts of a valid one that may be no UTF-8.
template <class Request, class Use>
void for_each_location(Request& request, const Use& use) {
  for (auto& denoiser : request.denoisers) use(denoiser.model.location);
  if (request.vae) use(request.vae->location);
  if (request.source) {
    use(request.source->picture.location);
    if (request.source->mask) use(request.source->mask->location);
  }
  for (auto& control : request.controls) {
    use(control.picture.location);
    use(control.model.location);
    if (control.annotator) use(control.annotator->location);
  }
  for (auto& lora : request.loras) use(lora.model.location);
  for (auto& embedding : request.embeddings) use(embedding.model.location);
}

bool all_utf8(const GenerationRequest& request) {
  bool all = true;
  for_each_location(request, [&all](const std::filesystem::path& place) { all &= is_valid_utf8(place.string()); });
  return all;
}

}  // namespace

json Codec<GenerationRequest>::write(const GenerationRequest& request, Blobs& blobs) {
  json object = json::object();
  object["request"] = parse_json(to_json(request, RequestForm::Local));
  if (all_utf8(request)) return object;
  std::vector<std::filesystem::path> places;
  for_each_location(request, [&places](const std::filesystem::path& place) { places.push_back(place); });
  object["places"] = wire::write(places, blobs);
  return object;
}

GenerationRequest Codec<GenerationRequest>::read(const Place& place) {
  GenerationRequest request = request_from_json(place.at("request").value().dump(), RequestForm::Local);
  if (!place.value().contains("places")) return request;
  const auto places = wire::read<std::vector<std::filesystem::path>>(place.at("places"));
  std::size_t count = 0;
  for_each_location(request, [&](std::filesystem::path& location) {
    if (count < places.size()) location = places[count];
    ++count;
  });
  if (count != places.size()) place.refuse("a place for each of its files");
  return request;
}

json Codec<Image>::write(const Image& image, Blobs& blobs) {
  blobs.push_back(bytes_of(image.rgb));
  return {{"width", image.width}, {"height", image.height}, {"rgb", blobs.size() - 1}};
}

Image Codec<Image>::read(const Place& place) {
  const std::uint64_t width = place.at("width").unsigned_integer(kMostSide);
  const std::uint64_t height = place.at("height").unsigned_integer(kMostSide);
  const std::string bytes = place.at("rgb").blob();
  if (bytes.size() != width * height * 3) place.refuse("a picture with all of its pixels");
  return {static_cast<int>(width), static_cast<int>(height), numbers_in<std::uint8_t>(bytes)};
}

json Codec<HostTensor>::write(const HostTensor& tensor, Blobs& blobs) {
  blobs.push_back(bytes_of(tensor.values));
  return {{"shape", tensor.shape}, {"values", blobs.size() - 1}};
}

HostTensor Codec<HostTensor>::read(const Place& place) {
  HostTensor tensor{wire::read<std::vector<std::int64_t>>(place.at("shape")), {}};
  for (const std::int64_t side : tensor.shape) {
    if (side < 0) place.refuse("a shape");
  }
  const std::string bytes = place.at("values").blob();
  const auto count = static_cast<std::uint64_t>(element_count(tensor.shape));
  if (bytes.size() % sizeof(float) != 0 || bytes.size() / sizeof(float) != count) {
    place.refuse("a tensor with all of its values");
  }
  tensor.values = numbers_in<float>(bytes);
  return tensor;
}

json Codec<ExitCode>::write(const ExitCode& code, Blobs&) {
  return static_cast<int>(code);
}

ExitCode Codec<ExitCode>::read(const Place& place) {
  const auto number = static_cast<int>(place.unsigned_integer(255));
  for (const ExitCode code : {ExitCode::Done, ExitCode::Internal, ExitCode::Usage, ExitCode::BadInput,
                              ExitCode::Incompatible, ExitCode::OutOfMemory, ExitCode::NoEngine, ExitCode::Cancelled}) {
    if (static_cast<int>(code) == number) return code;
  }
  place.refuse("an exit code");
}

json Codec<Error>::write(const Error& error, Blobs& blobs) {
  return {{"code", wire::write(error.code(), blobs)},
          {"what", wire::write(std::string(error.what()), blobs)},
          {"where", wire::write(error.where(), blobs)},
          {"hint", wire::write(error.hint(), blobs)}};
}

Error Codec<Error>::read(const Place& place) {
  return {wire::read<ExitCode>(place.at("code")), wire::read<std::string>(place.at("what")),
          wire::read<std::string>(place.at("where")), wire::read<std::string>(place.at("hint"))};
}

void throw_error(const Error& error) {
  switch (error.code()) {
    case ExitCode::Usage:
      throw UsageError(error.what(), error.where(), error.hint());
    case ExitCode::BadInput:
      throw BadInput(error.what(), error.where(), error.hint());
    case ExitCode::Incompatible:
      throw IncompatibleModels(error.what(), error.where(), error.hint());
    case ExitCode::OutOfMemory:
      throw OutOfMemory(error.what(), error.where(), error.hint());
    default:
      throw Error(error);
  }
}

template struct Codec<SchedulerConfig>;
template struct Codec<ModelFacts>;
template struct Codec<RunPlan>;
template struct Codec<PlanAnswer>;
template struct Codec<PairEntry>;
template struct Codec<Event>;
template struct Codec<Outcome>;
template struct Codec<MadePicture>;
template struct Codec<RunReport>;
template struct Codec<PictureRun>;
template struct Codec<BenchReport>;
template struct Codec<RunSettings>;

}  // namespace tstitch::wire
