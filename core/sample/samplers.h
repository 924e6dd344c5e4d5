#pragma once

#include <memory>

#include "core/sample/sampler.h"

namespace tstitch {

/// One factory per update rule; make_sampler() chooses among them. Each keeps what its rule reads of the schedule's
/// config.
std::unique_ptr<Sampler> make_ddim(const SigmaSchedule& schedule, double eta);
std::unique_ptr<Sampler> make_ddpm(const SigmaSchedule& schedule);
std::unique_ptr<Sampler> make_euler();
std::unique_ptr<Sampler> make_euler_ancestral();
std::unique_ptr<Sampler> make_heun();
std::unique_ptr<Sampler> make_lms();
std::unique_ptr<Sampler> make_pndm(const SigmaSchedule& schedule);
std::unique_ptr<Sampler> make_dpmpp_2m();
std::unique_ptr<Sampler> make_dpmpp_2m_sde();
std::unique_ptr<Sampler> make_unipc();
std::unique_ptr<Sampler> make_lcm();

}  // namespace tstitch
