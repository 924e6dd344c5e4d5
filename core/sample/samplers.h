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
std::unique_ptr<Sampler> make_dpm2();
std::unique_ptr<Sampler> make_dpm2_ancestral();
std::unique_ptr<Sampler> make_dpmpp_2s(const SigmaSchedule& schedule);
std::unique_ptr<Sampler> make_dpmpp_2m(const SigmaSchedule& schedule);  ///< as an ODE or an SDE
std::unique_ptr<Sampler> make_dpmpp_sde();
std::unique_ptr<Sampler> make_deis();
std::unique_ptr<Sampler> make_unipc(const SigmaSchedule& schedule);
std::unique_ptr<Sampler> make_lcm();
std::unique_ptr<Sampler> make_tcd(const SigmaSchedule& schedule, double eta);

}  // namespace tstitch
