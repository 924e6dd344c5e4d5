#pragma once

#include <cstdint>
#include <vector>

namespace tstitch {

/// Floating-point operations, about: from the count of parameters and the places of the latents alone, so that they are
/// known before anything is loaded. Within a factor of two of the counts of the reference's networks, which is enough
/// to choose threads.

/// Of an evaluation of that many passes.
double evaluation_work(std::int64_t parameters, const std::vector<std::int64_t>& latent_shape, int passes);
/// Of a text in so many prompts.
double text_work(std::int64_t parameters, std::size_t prompts);
/// Of a picture; `parameters` are the whole autoencoder's.
double decoding_work(std::int64_t parameters, const std::vector<std::int64_t>& latent_shape);

/// How many threads, `most` at the most: all layers of a network wait for each other, some hundred times, and a thread
/// that has too little to do in between costs more than it takes over. The same for the same work, so that pixels do
/// not depend on what was measured.
int threads_that_pay(double work, int most);

}  // namespace tstitch
