import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import { serveWorker } from '../execute/index.ts'
import * as api from '../index.ts'
import { runners } from '../units/index.ts'
import { shareModules } from './bundle.ts'

process.setSourceMapsEnabled(true)
shareModules({ 'prune-bench': api, '@tensorflow/tfjs-core': tf })
void createRequire
await serveWorker({ runners } as never)
