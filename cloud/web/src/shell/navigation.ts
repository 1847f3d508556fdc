import {
  AlarmClock,
  Bell,
  Calendar,
  Collection,
  ChatDotRound,
  Connection,
  Cpu,
  EditPen,
  Filter,
  Grid,
  House,
  List,
  MuteNotification,
  Guide,
  Notebook,
  OfficeBuilding,
  Tickets,
  TrendCharts,
  User,
  VideoCamera,
} from '@element-plus/icons-vue';
import type { Component } from 'vue';
import DoorIcon from '../parts/DoorIcon.vue';
import type { Ability } from '../session/abilities.js';

export interface Destination {
  readonly name: string;
  readonly icon: Component;
  readonly needs: Ability;
}

/** In the order of use: what is watched all day comes first, what is set up once comes last. */
export const destinations: readonly Destination[] = [
  { name: 'wall', icon: Bell, needs: 'seeIncidents' },
  { name: 'doors', icon: DoorIcon, needs: 'seeDevices' },
  { name: 'alerts', icon: Tickets, needs: 'seeIncidents' },
  { name: 'reporting', icon: EditPen, needs: 'makeReports' },
  { name: 'patrol', icon: VideoCamera, needs: 'seePatrols' },
  { name: 'daily', icon: List, needs: 'keepDaily' },
  { name: 'care', icon: House, needs: 'keepCare' },
  { name: 'units', icon: Grid, needs: 'seeUnits' },
  { name: 'registers', icon: Collection, needs: 'seeRegisters' },
  { name: 'linking', icon: Connection, needs: 'linkDevices' },
  { name: 'rules', icon: AlarmClock, needs: 'seeRules' },
  { name: 'correlation', icon: Filter, needs: 'seeQuiet' },
  { name: 'rosters', icon: Calendar, needs: 'seeRosters' },
  { name: 'playbooks', icon: Guide, needs: 'seePlaybooks' },
  { name: 'appraisal', icon: TrendCharts, needs: 'seeAppraisal' },
  { name: 'silences', icon: MuteNotification, needs: 'seeSilences' },
  { name: 'gateways', icon: Cpu, needs: 'seeGateways' },
  { name: 'compounds', icon: OfficeBuilding, needs: 'manageCompounds' },
  { name: 'accounts', icon: User, needs: 'manageAccounts' },
  { name: 'channels', icon: ChatDotRound, needs: 'manageChannels' },
  { name: 'audit', icon: Notebook, needs: 'readAudit' },
];
